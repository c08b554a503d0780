"""How the models of a city pack are served: one typed table of hardware and families, and what is written from it.

::

    city.models      which models (the pack's models.yaml)
    profiles.py      which hardware, and how much load each server of it takes
    families.py      which parsers a family of models needs
    flags.py         every option of the line, in groups, each with its reason
    servers.py       (models, profile, wishes) → the servers to start
    rules.py         combinations that are refused, with the reason
    shell.py         the servers as shell lines · deploying.py: as Helm values, compose file, nginx pools
"""
