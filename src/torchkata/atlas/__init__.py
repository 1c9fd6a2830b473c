"""The static site: a page for every kata, with pictures and a search.
Nothing here needs a server, and no page asks for anything from outside."""
