"""The helper functions that plugins import from ``biothings.utils``, written anew; one module a subject.

Behaviour that looks odd is on purpose where a docstring says *quirk*: stored data depend on it. The reference is
`docs/plugin-names.md`.
"""
