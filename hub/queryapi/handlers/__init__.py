"""Request handlers of the data API, one module for each kind of request."""
