"""The tables. Importing the package imports every model, so the metadata is whole."""

from app.core.discovery import submodules
from app.db.base import Base

submodules(__name__, __path__)

metadata = Base.metadata
