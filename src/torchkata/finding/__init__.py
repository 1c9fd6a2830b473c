"""Which kata fits what somebody sees: a symptom, an error message, a pasted traceback, the name of an API.
Nothing here runs a program or imports torch."""
