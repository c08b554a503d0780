"""HTTP API, citizen chat, sign-in, storage, command line."""
