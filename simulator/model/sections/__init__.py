"""The sections of the configuration, one file per part of the picture."""
