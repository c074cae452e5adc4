"""One package per resource; importing this one imports every model."""

from app.core.discovery import submodules
from app.db.base import Base

submodules(__name__, __path__, "models")

metadata = Base.metadata
