"""Many questions of one task, answered as a job that may be broken off at any moment and gone on with.

::

    items (masked, each with a stable custom_id) ─► runner: this machine, or Ray ─► worker ─► engine
                                                                              └─► records ─► part-00000.jsonl …

``items``, ``records``, ``manifest``, ``folder``: what a job is and what of it is done. ``working``: how items are
answered, at the pace of the servers. ``runners``, ``ray_runner``: where that is done. ``requests``: the same questions
as files of ``vllm run-batch``. ``petitions``: the job of ``citydesk triage run``.
"""
