"""The roads: how many vehicles are on them, where they stand, what is in the way, how long it takes.

::

    data.py       datasets: road segments by direction, speeds and flows now and of each hour, incidents
    state.py      segments with their speeds now and usual at this hour
    measures.py   vehicles on the road (在途量) and the congestion index (行程时间比)
    graph.py      the network of segments, and the quickest way
    answers.py    what the tools are asked and what they bring back
    tools.py      the tools
    example.py    example feeds: network_example.py cuts roads into segments, incidents_example.py invents incidents
"""
