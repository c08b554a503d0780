"""Replies to work orders: a draft from evidence, and the checks that a reply must stand before a person passes it."""
