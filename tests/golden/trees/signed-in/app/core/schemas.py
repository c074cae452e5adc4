"""What the schemas of all resources share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Input(BaseModel):
    """A body sent to us; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """A body sent by us, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class ListOutput(Output):
    """A page of a list."""

    total: Annotated[int, Field(description="How many there are over all pages.")]
    skip: Annotated[int, Field(description="How many come before this page.")]
    limit: Annotated[int, Field(description="How many a page holds at most.")]
    has_more: Annotated[bool, Field(description="Whether more follow.")]
