"""The static site: a page for every kata, with pictures and a search. It reads cards and asks the judge;
no page needs a server, and none asks for anything from outside."""
