"""The one door to what a person made: IDs, corrections, tags and where web articles came from.

It is no index: nothing here can be made again, so a rebuild never touches it. `store` knows the
rows, `file` keeps the SQLite file whole, `migrations/` holds each version of its shape.
"""

from assistant.personal.file import PersonalFile
from assistant.personal.store import Origin, Personal

__all__ = ["Origin", "Personal", "PersonalFile"]
