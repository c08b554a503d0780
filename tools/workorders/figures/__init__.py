"""Figures of the hotline, counted from events: the three rates, the other measures, and the supervision list."""

from tools.workorders.figures.cases import ContactClock, ContactDue
from tools.workorders.figures.counting import figures
from tools.workorders.figures.exclusions import Exclusion, RateName
from tools.workorders.figures.report import By, Group, LeftOut, Rate, Report, Settings, Share, Spread
from tools.workorders.figures.supervision import Entry, Ladder, Level, Rule, supervision

__all__ = [
    "By",
    "ContactClock",
    "ContactDue",
    "Entry",
    "Exclusion",
    "Group",
    "Ladder",
    "LeftOut",
    "Level",
    "Rate",
    "RateName",
    "Report",
    "Rule",
    "Settings",
    "Share",
    "Spread",
    "figures",
    "supervision",
]
