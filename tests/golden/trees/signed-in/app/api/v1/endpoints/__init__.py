"""One router per resource; `app.api.router` includes every module found here."""
