"""School places: whose school a place belongs to, how many places lack, where to build.

::

    data.py       datasets: register, places, catchments, children, entrants, homes, dwellings, land
    settings.py   what the pack decides: thresholds, forecast, norms of siting
    tools.py      schools.catchment, .school, .demand, .warnings, .siting
    answers.py    what the tools are asked and bring back
    areas.py      which catchment a point lies in
    forecast.py   entrants to come: cohorts followed from year to year
    outlook.py    places against entrants of every catchment
    siting.py     where to build: covering and median problems to a proven optimum
    planning.py   a district's question of siting from the registers
    example.py    example feeds, from the town of town.py and the recipe of recipe.py
"""
