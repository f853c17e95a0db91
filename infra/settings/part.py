"""What every part of the model has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """One block of a stack file: a key that is not declared is an error, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
