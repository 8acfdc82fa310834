"""Pictures that people send are made anew here: what is kept is our own file and never theirs (S-36).

``remade`` goes bytes -> what the head of the file says (ours, no library) -> Pillow, told which format to
read -> upright pixels of a size that fits a page -> a new file without anything but them. Only this package
knows Pillow. ``Folder`` keeps the files.
"""

from __future__ import annotations

from kb.pictures.folder import Folder
from kb.pictures.remaking import Picture, remade

__all__ = ["Folder", "Picture", "remade"]
