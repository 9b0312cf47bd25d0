"""Judges of what gkc writes: other people's programs and schemas, none of ours."""
