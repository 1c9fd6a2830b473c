"""`sentence_vectors` returns the first state of each sentence, each in memory of its own.

Memory is counted as the bytes of the different storages that the vectors lie in; for files, as the bytes of
the storages that `torch.save` writes. The encoder of the tests is exact: the state at position p of a
sentence is (token[p], token[p] + 1/8, token[p] + 2/8, ...).
"""

import io
import zipfile

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

NUMBER = 8  # bytes
# (names, tokens), of unequal sizes and lengths; the last batch has one sentence
BATCHES = [
    (["a", "b"], [[1.0, 5.0, 6.0, 7.0], [2.0, 5.0, 6.0, 7.0]]),
    (["c", "d", "e"], [[3.0, 5.0], [4.0, 5.0], [5.0, 5.0]]),
    (["f"], [[6.0, 0.0, 0.0, 0.0, 0.0]]),
]
FIRST = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0, "f": 6.0}


def encoder(features):
    def encode(tokens):
        return tokens.unsqueeze(2) + torch.arange(features, dtype=tokens.dtype, device=tokens.device) / 8

    return encode


def batches(device, chosen=BATCHES, dtype=torch.float64):
    for names, tokens in chosen:
        yield names, torch.tensor(tokens, dtype=dtype, device=device)


def vectors_of(module, device, features=3, chosen=BATCHES):
    return module.sentence_vectors(encoder(features), batches(device, chosen))


def as_tensor(vector, name):
    equal(isinstance(vector, torch.Tensor), True, f"whether the vector of {name!r} is a tensor")
    return vector


def held(vectors):
    """Bytes of the different storages behind these vectors."""
    storages = [as_tensor(vector, name).untyped_storage() for name, vector in vectors.items()]
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


def written(value):
    """Bytes of numbers that `torch.save` writes, without the file's own words."""
    file = io.BytesIO()
    torch.save(value, file)
    with zipfile.ZipFile(file) as archive:
        return sum(entry.file_size for entry in archive.infolist() if "/data/" in entry.filename)


# What sentence_vectors promises


@pytest.mark.parametrize("features", [1, 3])
def test_the_vectors_keep_only_their_own_numbers(solution, device, features):
    vectors = vectors_of(solution, device, features)
    equal(held(vectors), 6 * features * NUMBER, f"bytes held by 6 vectors of {features} float64")


@pytest.mark.parametrize("name", ["b", "d", "f"])
def test_a_single_vector_keeps_only_its_own_numbers(solution, device, name):
    vectors = vectors_of(solution, device)
    equal(held({name: vectors[name]}), 3 * NUMBER, f"bytes held by the vector of {name!r} alone, 3 float64")


def test_the_file_of_one_vector_is_as_large_as_its_numbers(solution, device):
    vectors = vectors_of(solution, device)
    sizes = [written(as_tensor(vectors[name], name)) for name in "aef"]
    equal(sizes, [3 * NUMBER] * 3, "bytes of numbers in the files of 'a', 'e' and 'f', 3 float64 each")


def test_the_file_of_a_cache_is_as_large_as_its_numbers(solution, device):
    vectors = vectors_of(solution, device)
    equal(written(vectors), 6 * 3 * NUMBER, "bytes of numbers in the file of 6 vectors of 3 float64")


def test_one_sentence_of_one_token_has_memory_of_its_own_too(solution, device):
    table = torch.arange(40, dtype=torch.float64, device=device).view(4, 5, 2)
    data = [(["a"], torch.zeros(1, 1, device=device)), (["b"], torch.zeros(1, 1, device=device))]
    vectors = solution.sentence_vectors(lambda tokens: table[1:2, 3:4], data)  # states in a larger buffer
    equal(held(vectors), 2 * 2 * NUMBER, "bytes held by two vectors of 2 float64, each of a single token")
    table.zero_()
    close(vectors["a"], [16.0, 17.0], "vector of 'a' after the encoder has used its buffer again")


# What already works and must stay


def test_each_vector_is_the_first_state_of_its_sentence(solution, device):
    vectors = vectors_of(solution, device)
    equal(list(vectors), list(FIRST), "names in the cache")
    for name, first in FIRST.items():
        close(vectors[name], [first, first + 0.125, first + 0.25], f"vector of {name!r}")


def test_a_repeated_name_gets_the_later_vector(solution, device):
    vectors = vectors_of(solution, device, 1, [(["a"], [[1.0, 2.0]]), (["a", "b"], [[3.0], [4.0]])])
    close(torch.cat([vectors["a"], vectors["b"]]), [3.0, 4.0], "vectors of 'a', which came twice, and 'b'")


def test_vectors_keep_their_dtype_and_have_no_graph(solution, device):
    weight = torch.tensor(0.1, device=device, requires_grad=True)
    data = batches(device, BATCHES[:1], torch.float32)
    vectors = solution.sentence_vectors(lambda tokens: tokens.unsqueeze(2) * weight, data)
    close(vectors["b"], torch.tensor([0.2], device=device), "vector of 'b' from an encoder in float32")
    equal(vectors["b"].requires_grad, False, "whether the vector requires grad")


def test_vectors_in_bfloat16_stay_in_bfloat16(solution, device):
    data = batches(device, BATCHES[:1], torch.bfloat16)
    vectors = solution.sentence_vectors(lambda tokens: tokens.unsqueeze(2), data)
    equal(vectors["b"].dtype, torch.bfloat16, "dtype of the vector of 'b'")
    equal(vectors["b"].tolist(), [2.0], "vector of 'b' from an encoder in bfloat16")


def test_no_batch_gives_an_empty_cache(solution, device):
    equal(vectors_of(solution, device, chosen=[]), {}, "cache of no batch")


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], []])
def test_each_sentence_needs_a_name(solution, device, names):
    with raises(ValueError, "", f"{len(names)} names for 2 sentences"):
        vectors_of(solution, device, chosen=[(names, [[1.0], [2.0]])])


# The documented failure


def test_the_cache_holds_all_states_of_all_batches(broken, device):
    # samples * length * features, batch by batch, where samples * features would do
    states = (2 * 4 + 3 * 2 + 1 * 5) * 3
    vectors = vectors_of(broken, device)
    equal(held(vectors), states * NUMBER, "bytes held by 6 vectors of 3 float64")
    equal(written(vectors), states * NUMBER, "bytes of numbers in the file of 6 vectors of 3 float64")


def test_a_single_vector_keeps_its_whole_batch(broken, device):
    vectors = vectors_of(broken, device)
    sizes = [held({name: vectors[name]}) for name in "bdf"]
    equal(sizes, [2 * 4 * 3 * NUMBER, 3 * 2 * 3 * NUMBER, 5 * 3 * NUMBER], "bytes held by one vector")
    equal([written(vectors[name]) for name in "bdf"], sizes, "bytes of numbers in the file of one vector")
