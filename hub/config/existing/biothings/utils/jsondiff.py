"""``biothings.utils.jsondiff``: configurations switch its ``UNORDERED_LIST``; here that is ``DIFF_UNORDERED_LISTS``."""

UNORDERED_LIST = True
