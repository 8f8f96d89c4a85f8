"""One archive of everything that cannot be made again: the database and the files."""


class BackupError(Exception):
    """Something that the person who backs up or restores must know, in their language."""
