"""The Python names that existing plugins and hooks import.

`hub/compat/biothings/` is what ``import biothings`` finds in the hub's processes (`hub.dataload.aliases`): thin aliases
of the hub's own classes. `hub/compat/helpers/` are the helper functions behind ``biothings.utils``, written anew;
`records` and `stores` let code of plugins and applications read the hub's databases, `identifiers` are the pairs that
their own look-ups handle. The hub itself never imports from here.
"""
