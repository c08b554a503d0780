"""Hospitals: which way in by the purpose of the visit, which are near and open, how many people wait.

An emergency is never answered by a tool: the gate sends it to 120 before any tool is asked.

::

    data.py       datasets: campuses, gates, car parks, departments, hours, routes, queue
    settings.py   what the pack decides: purposes, parking charges, what is usual
    tools.py      hospitals.entrance, .near, .waiting
    answers.py    what the tools are asked and bring back
    hours.py      whether a service is open, when it closes and opens
    queues.py     people waiting now and usually
    example.py    example feeds, from the recipe of recipe.py
"""
