"""E-mail addresses on the wire."""

from pydantic import AfterValidator

EMAIL = (
    r"^[A-Za-z0-9_%+-]{1,32}(\.[A-Za-z0-9_%+-]{1,31}){0,1}"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?){1,2}$"
)

# Two spellings of an address in upper and lower case are the same mailbox.
LowerCased = AfterValidator(str.lower)
