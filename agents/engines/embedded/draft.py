"""Drafting without a model: what the patterns of :mod:`knowledge.eligibility.drafting` have read, as it is."""

from __future__ import annotations

from agents.engines.tasks import DraftedRule, DraftRuleGiven


def draft_rule(given: DraftRuleGiven) -> DraftedRule:
    """The proposal, which the patterns have read from the same text."""
    return given.proposed
