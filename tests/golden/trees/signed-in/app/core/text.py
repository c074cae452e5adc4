"""Text on the wire."""

from typing import Annotated

from pydantic import Field

# PostgreSQL's text cannot hold the character NUL.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
SearchTerm = Annotated[Text, Field(min_length=1, max_length=100)]
