"""Why a document cannot be made, signed or examined, in words that are logged and shown to those who run xiaoban."""


class Refused(Exception):
    """Said in the process that does the work; trying again will not mend it, a person has to."""


class Unsealable(Exception):
    """The same as it is heard here; also that the work took too long, or its process died."""
