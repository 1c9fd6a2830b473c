"""For those who write katas: the template of a new one, the proof, and the evidence of gradients.
Nothing a learner needs lives here."""
