"""Drafting: a policy's text read into a draft rule by patterns, for an officer to complete and sign.

::

    passages ─► measures (thresholds, days) ─► catalogue (which fact is meant) ─► conditions, benefits
             └► circumstances (window, quota, materials, apply, exclusions)     ─► drafting ─► writing, cases

What is read but cannot be mapped for sure becomes a note 待补：…, it is neither guessed nor dropped. A draft lies in
``eligibility/drafts``, which the rule book never reads.
"""
