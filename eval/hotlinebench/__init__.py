"""HotlineBench: simulated citizens who talk to the whole system, judged by what is in the database afterwards.

A task (`tasks`) tells who calls, what they know and say only when asked, what clerks do in between, and how it must
end. `citizen` plays it from a seed, `model_citizen` through a model; `stage` lets them talk to a desk with a store of
its own and a clock in its hand; `judging` and `rules` look at what came of it. ``WRITING.md`` shows how to write one.
"""
