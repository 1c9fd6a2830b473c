"""`kata prove` on a miniature tree: a whole kata holds, and every way of not being one is named."""


def test_a_whole_kata_is_proven(kata_command):
    done = kata_command("prove")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 katas proven on cpu: 1 failure tests, 3 correction tests" in done.stdout
