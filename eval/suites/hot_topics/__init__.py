"""Are matters that flare up seen in time, without alarms for nothing?"""
