"""One file per task of the model: wording, version, schema."""
