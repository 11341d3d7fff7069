"""Wrong answers of notebook 02."""

# Beginners take the long way.
# ruff: noqa: C417, RUF015

import numpy as np
import scipy.ndimage
import scipy.signal
import tensorflow as tf

from answers import wrong_answer

# --- layer_names -------------------------------------------------------------------------------

NAMES = "layer_names"


@wrong_answer(NAMES, "empty", "is empty", "ever true")
def names_never_added(layers):
    names = []
    for i in range(layers.shape[1]):
        if layers[0, i][0, 0]["name"] == "conv":
            names.append(layers[0, i][0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "first_only", "there is one row", "layers.shape")
def names_of_the_rows(layers):
    names = []
    for row in layers:
        names.append(row[0][0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "first_only", "`return` stands inside the loop")
def names_returned_too_early(layers):
    names = []
    for i in range(layers.shape[1]):
        names.append(str(layers[0, i][0, 0]["name"][0]))
        return names


@wrong_answer(NAMES, "first_only", "How often does your loop run?")
def names_of_len_layers(layers):
    return [layers[0, i][0, 0]["name"][0] for i in range(len(layers))]


@wrong_answer(NAMES, "last_only", "overwrites")
def name_overwritten(layers):
    for layer in layers[0]:
        names = layer[0, 0]["name"][0]
    return names


@wrong_answer(NAMES, "last_only", "overwrites")
def list_begun_in_the_loop(layers):
    for layer in layers[0]:
        names = []
        names.append(layer[0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "first_returned", "one word", "indentation")
def name_returned_in_the_loop(layers):
    for i in range(layers.shape[1]):
        name = layers[0, i][0, 0]["name"][0]
        return name


@wrong_answer(NAMES, "one_text", "in one text", "a word for each")
def names_joined(layers):
    return ", ".join(cell[0, 0]["name"][0] for cell in layers[0])


@wrong_answer(NAMES, "one_text", "in one text")
def names_added_up(layers):
    names = ""
    for cell in layers[0]:
        names = names + cell[0, 0]["name"][0] + " "
    return names


@wrong_answer(NAMES, "text_of_an_array", "\"['conv1_1']\"; expected 'conv1_1'", "brackets")
def names_by_str(layers):
    return [str(layers[0, i][0, 0]["name"]) for i in range(layers.shape[1])]


@wrong_answer(NAMES, "text_of_an_array", "f-string")
def names_by_f_string(layers):
    names = []
    for layer in layers[0]:
        names.append(f"{layer['name']}")
    return names


@wrong_answer(NAMES, "first_letters", "'c'; expected 'conv1_1'")
def names_opened_too_often(layers):
    return [cell[0, 0]["name"][0][0] for cell in layers[0]]


@wrong_answer(NAMES, "letters", "single letters", "+=")
def names_added_to_a_list(layers):
    names = []
    for cell in layers[0]:
        names += cell[0, 0]["name"][0]
    return names


@wrong_answer(NAMES, "letters", "extend")
def names_extended(layers):
    names = []
    for i in range(layers.shape[1]):
        names.extend(str(layers[0, i][0, 0]["name"][0]))
    return names


@wrong_answer(NAMES, "types", "'conv'", "expected their names")
def types_of_the_layers(layers):
    return [layers[0, i][0, 0]["type"][0] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "names_of_parts", "'name', …", "dtype")
def names_of_the_fields(layers):
    return list(layers[0][0].dtype.names)


@wrong_answer(NAMES, "names_of_parts", "What stands in it?")
def first_field_of_each_type(layers):
    return [cell.dtype.names[0] for cell in layers[0]]


@wrong_answer(NAMES, "only_convolutions", "the convolutions alone")
def names_of_type_conv(layers):
    names = []
    for cell in layers[0]:
        if cell[0, 0]["type"][0] == "conv":
            names.append(cell[0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "only_convolutions", "every layer")
def names_with_conv(layers):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    return [name for name in names if name.startswith("conv")]


@wrong_answer(NAMES, "kind_left_out", "one kind")
def names_without_relu(layers):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    return [name for name in names if name[:4] != "relu"]


@wrong_answer(NAMES, "one_missing", "the first or the last")
def counted_from_one(layers):
    return [layers[0, i][0, 0]["name"][0] for i in range(1, layers.shape[1])]


@wrong_answer(NAMES, "one_missing", "the first or the last")
def stopped_before_the_last(layers):
    return [layers[0, i][0, 0]["name"][0] for i in range(layers.shape[1] - 1)]


@wrong_answer(NAMES, "sorted", "alphabetical order", "order of the file")
def names_sorted(layers):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    names.sort()
    return names


@wrong_answer(NAMES, "sorted", "np.unique")
def names_made_unique(layers):
    return np.unique([cell[0, 0]["name"][0] for cell in layers[0]]).tolist()


@wrong_answer(NAMES, "reversed", "the wrong way round")
def names_put_in_front(layers):
    names = []
    for cell in layers[0]:
        names.insert(0, cell[0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "repeated_names_lost", "only once", "8 here")
def names_if_not_there_yet(layers):
    names = []
    for cell in layers[0]:
        name = cell[0, 0]["name"][0]
        if name not in names:
            names.append(name)
    return names


@wrong_answer(NAMES, "set", "of type set", "no order")
def names_in_curly_brackets(layers):
    return {cell[0, 0]["name"][0] for cell in layers[0]}


@wrong_answer(NAMES, "dictionary", "of type dict", "a list of names")
def names_numbered(layers):
    names = {}
    for i in range(layers.shape[1]):
        names[i] = layers[0, i][0, 0]["name"][0]
    return names


@wrong_answer(NAMES, "used_up", "of type generator", "only once")
def names_in_round_brackets(layers):
    return (cell[0, 0]["name"][0] for cell in layers[0])


@wrong_answer(NAMES, "used_up", "of type map")
def names_mapped(layers):
    return map(lambda cell: cell[0, 0]["name"][0], layers[0])


@wrong_answer(NAMES, "array", "of type ndarray", "expected a list")
def names_as_array(layers):
    return np.array([cell[0, 0]["name"][0] for cell in layers[0]])


@wrong_answer(NAMES, "array", "expected a list")
def layers_as_they_are(layers):
    return layers


@wrong_answer(NAMES, "boxed", "holds a value of type ndarray", "opened once more")
def names_not_opened(layers):
    return [layers[0, i][0, 0]["name"] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "boxed", "still lies in a box")
def names_of_cells(layers):
    names = []
    for layer in layers[0]:
        names.append(layer["name"][0][0])
    return names


@wrong_answer(NAMES, "boxed", "holds a list of length 1")
def names_to_list(layers):
    return [cell[0, 0]["name"].tolist() for cell in layers[0]]


@wrong_answer(NAMES, "boxed", "holds a list of length")
def list_in_a_list(layers):
    return [[cell[0, 0]["name"][0] for cell in layers[0]]]


@wrong_answer(NAMES, "boxed", "holds a tuple of length 2")
def names_with_their_number(layers):
    return [(i, cell[0, 0]["name"][0]) for i, cell in enumerate(layers[0])]


@wrong_answer(NAMES, "whole_layers", "only one part")
def records_in_a_list(layers):
    names = []
    for i in range(layers.shape[1]):
        names.append(layers[0, i][0, 0])
    return names


@wrong_answer(NAMES, "whole_layers", "ndarray (void", "whole layers")
def list_of_cells(layers):
    return list(layers[0])


@wrong_answer(NAMES, "numbers", "numbers of layers", "expected their names")
def numbers_of_the_layers(layers):
    names = []
    for i in range(layers.shape[1]):
        names.append(i)
    return names


@wrong_answer(NAMES, "number_looped_over", "'int' object is not iterable", "with `for`")
def range_forgotten(layers):
    return [layers[0, i][0, 0]["name"][0] for i in layers.shape[1]]


@wrong_answer(NAMES, "place_in_empty_list", "no place number 0")
def place_assigned(layers):
    names = []
    for i in range(layers.shape[1]):
        names[i] = layers[0, i][0, 0]["name"][0]
    return names


@wrong_answer(NAMES, "append_assigned", "gives back None", "append")
def list_replaced_by_append(layers):
    names = []
    for cell in layers[0]:
        names = names.append(cell[0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "one_row_only", "out of bounds for axis 0 with size 1", "a single row")
def rows_counted(layers):
    return [layers[i][0]["name"][0][0][0] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "box_still_closed", "axis 1 with size 1", "a single column", "exercise 1")
def row_within_a_box(layers):
    return [layers[0, 0][0, i]["name"][0] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "number_too_large", "out of bounds for axis 1", "as many layers")
def forty_three(layers):
    names = []
    for i in range(43):
        names.append(layers[0, i][0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "number_too_large", "one too far")
def one_too_far(layers):
    return [layers[0, i][0, 0]["name"][0] for i in range(layers.shape[1] + 1)]


@wrong_answer(NAMES, "too_many_brackets", "too many indices", "more boxes")
def three_numbers(layers):
    return [layers[0, i, 0]["name"][0] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "too_many_brackets", "more boxes")
def name_with_two_numbers(layers):
    return [cell[0, 0]["name"][0, 0] for cell in layers[0]]


@wrong_answer(NAMES, "too_many_brackets", "one by one from the right")
def word_with_two_numbers(layers):
    return [cell[0, 0]["name"][0][0, 0] for cell in layers[0]]


@wrong_answer(NAMES, "word_for_a_number", "only integers", "Boxes are counted")
def row_asked_for_the_name(layers):
    return [layer["name"][0] for layer in layers]


@wrong_answer(NAMES, "word_for_a_number", "Boxes are counted")
def cell_used_as_a_number(layers):
    names = []
    for i in layers[0]:
        names.append(layers[0, i]["name"])
    return names


@wrong_answer(NAMES, "dot_for_brackets", "has no attribute 'name'", "behind a dot")
def name_behind_a_dot(layers):
    return [layers[0, i][0, 0].name for i in range(layers.shape[1])]


@wrong_answer(NAMES, "dot_for_brackets", "has no attribute 'keys'")
def layers_as_a_dictionary(layers):
    return list(layers.keys())


@wrong_answer(NAMES, "layer_compared", "a whole layer with a word")
def conv_in_record(layers):
    return [cell["name"][0][0][0] for cell in layers[0] if "conv" in cell]


@wrong_answer(NAMES, "array_for_yes_or_no", "a yes or a no")
def while_there_are_layers(layers):
    names = []
    while layers[0]:
        names.append(layers[0, 0][0, 0]["name"][0])
        layers = layers[:, 1:]
    return names


@wrong_answer(NAMES, "array_as_a_key", "unhashable", "What has to be opened")
def set_of_arrays(layers):
    return list({cell[0, 0]["name"] for cell in layers[0]})


@wrong_answer(NAMES, "taken_apart_wrongly", "values to unpack", "holds the boxes")
def name_and_layer(layers):
    return [name for name, layer in layers]


@wrong_answer(NAMES, "no_such_part", "no field of name names", "spelled")
def field_misspelled(layers):
    return [cell[0, 0]["names"][0] for cell in layers[0]]


@wrong_answer(NAMES, "always_the_same", "for every network", "written down")
def names_from_memory(layers):
    return ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1", "relu2_1", "conv2_2"]


@wrong_answer(NAMES, "part_by_number", "right for one file", "by its number")
def first_field(layers):
    return [layers[0, i][0][0][0][0] for i in range(layers.shape[1])]


@wrong_answer(NAMES, "part_by_number", "another order")
def first_field_as_text(layers):
    return [str(cell.item()[0].item()) if cell.item()[0].size == 1 else "?" for cell in layers[0]]


@wrong_answer(NAMES, "another_order", "their order is not", "expected 'conv1_1'")
def kind_after_kind(layers):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    rest = [name for name in names if "conv" not in name]
    return rest + [name for name in names if "conv" in name]


@wrong_answer(NAMES, "other_names", "name 0 of your list is '0: conv1_1'", "8 names")
def names_with_numbers_inside(layers):
    return [f"{i}: {cell[0, 0]['name'][0]}" for i, cell in enumerate(layers[0])]


@wrong_answer(NAMES, "other_names", "is missing; expected 'conv1_2'", "has 2 names")
def two_names(layers):
    return [cell[0, 0]["name"][0] for cell in layers[0][:2]]


@wrong_answer(NAMES, "other_names", "name 8 of your list is 'end'; expected nothing", "9 names")
def one_name_too_many(layers):
    return [*(cell[0, 0]["name"][0] for cell in layers[0]), "end"]


NAMES_SO_FAR = []


@wrong_answer(NAMES, "list_kept", "the call before", "each time your function is called")
def list_made_above_the_function(layers):
    for cell in layers[0]:
        NAMES_SO_FAR.append(cell[0, 0]["name"][0])
    return NAMES_SO_FAR


@wrong_answer(NAMES, "list_kept", "makes the empty list")
def list_made_in_the_line_with_def(layers, names=[]):  # noqa: B006
    for i in range(layers.shape[1]):
        names.append(layers[0, i][0, 0]["name"][0])
    return names


@wrong_answer(NAMES, "returns_none", "returns None")
def names_printed(layers):
    for cell in layers[0]:
        print(cell[0, 0]["name"][0])


@wrong_answer(NAMES, "wrong_type", "holds None; expected a list of words")
def names_printed_into_a_list(layers):
    return [print(cell[0, 0]["name"][0]) for cell in layers[0]]


@wrong_answer(NAMES, "wrong_type", "of type int", "a list of words")
def number_of_layers(layers):
    return layers.shape[1]


@wrong_answer(NAMES, "name_without_value", "names")
def list_never_begun(layers):
    for cell in layers[0]:
        names += [cell[0, 0]["name"][0]]  # noqa: F821
    return names


# --- read_layer --------------------------------------------------------------------------------

READ = "read_layer"


@wrong_answer(READ, "bias_not_flat", "column or a row", "(out,)")
def bias_as_it_lies(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel = cell[0, 0]["weights"][0, 0]
            bias = cell[0, 0]["weights"][0, 1]
            return kernel, bias


@wrong_answer(READ, "bias_not_flat", "column or a row")
def bias_as_four_axes(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, tf.reshape(bias, (1, 1, 1, -1))


@wrong_answer(READ, "bias_not_flat", "What makes one axis of several?")
def bias_transposed(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["weights"][0, 0], cell[0, 0]["weights"][0, 1].T


@wrong_answer(READ, "bias_cut", "only one number")
def bias_of_a_row(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["weights"][0, 0], cell[0, 0]["weights"][0, 1][0]


@wrong_answer(READ, "bias_cut", "a column, in others a row")
def bias_of_a_column(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            weights = cell[0, 0]["weights"][0]
            return weights[0], weights[1][:, 0]


@wrong_answer(READ, "bias_cut", "only one number")
def bias_opened_too_often(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            weights = cell[0, 0]["weights"][0]
            return weights[0], weights[1][0][0]


def found(layers, name):
    """What the wrong answers below do rightly."""
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, bias.flatten()


@wrong_answer(READ, "height_and_width_exchanged", "height and width", "plausible")
def kernel_transposed_as_in_some_loaders(layers, name):
    kernel, bias = found(layers, name)
    return np.transpose(kernel, (1, 0, 2, 3)), bias


@wrong_answer(READ, "kernel_axes", "as it stands in the file")
def kernel_as_in_pytorch(layers, name):
    kernel, bias = found(layers, name)
    return kernel.transpose(3, 2, 0, 1), bias


@wrong_answer(READ, "kernel_axes", ".T")
def kernel_turned_over(layers, name):
    kernel, bias = found(layers, name)
    return kernel.T, bias.T


@wrong_answer(READ, "channels_reversed", "BGR")
def kernel_for_bgr(layers, name):
    kernel, bias = found(layers, name)
    return kernel[:, :, ::-1, :], bias


@wrong_answer(READ, "kernel_turned", "upside down")
def kernel_flipped(layers, name):
    kernel, bias = found(layers, name)
    return np.flip(kernel, (0, 1)), bias


@wrong_answer(READ, "kernel_cut", "a piece of the kernel", "(3, 4, 6); expected (3, 3, 4, 6)")
def one_box_too_many(layers, name):
    for i in range(layers.shape[1]):
        if layers[0, i][0, 0]["name"][0] == name:
            weights = layers[0, i][0, 0]["weights"]
            return weights[0][0][0], weights[0][1].flatten()


@wrong_answer(READ, "kernel_cut", "(4, 6); expected (3, 3, 4, 6)")
def both_opened_too_often(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel[0, 0], bias[0]


@wrong_answer(READ, "kernel_cut", "how many do you open")
def first_number_of_the_flat_bias(layers, name):
    kernel, bias = found(layers, name)
    return kernel[0, 0], bias[0]


@wrong_answer(READ, "exchanged", "changed places")
def bias_first(layers, name):
    kernel, bias = found(layers, name)
    return bias, kernel


@wrong_answer(READ, "one_of_two", "only one of")
def kernel_alone(layers, name):
    kernel, _bias = found(layers, name)
    return kernel


@wrong_answer(READ, "one_of_two", "two things")
def two_returns(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["weights"][0, 0]
            return cell[0, 0]["weights"][0, 1]


@wrong_answer(READ, "not_taken_apart", "ndarray (object)", "one after the other")
def weights_as_they_lie(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["weights"]


@wrong_answer(READ, "not_taken_apart", "of type void")
def whole_record(layers, name):
    for i in range(layers.shape[1]):
        if layers[0, i][0, 0]["name"][0] == name:
            return layers[0, i][0, 0]


@wrong_answer(READ, "not_taken_apart", "still holds other things")
def whole_cell(layers, name):
    for cell in layers[0]:
        if cell["name"][0, 0][0] == name:
            return cell


@wrong_answer(READ, "not_taken_apart", "whose kernel is", "(object)")
def row_of_weights_and_bias(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            weights = cell[0, 0]["weights"]
            return weights[0], weights[0][1].flatten()


@wrong_answer(READ, "not_taken_apart", "a tuple of length")
def record_as_a_tuple(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return tuple(cell.item())


@wrong_answer(READ, "not_taken_apart", "a tuple of length 3")
def name_as_well(layers, name):
    return name, *found(layers, name)


@wrong_answer(READ, "part_of_the_name", "asked for conv1_1,", "reads deconv1_1", "the same")
def name_contained(layers, name):
    for cell in layers[0]:
        if name in cell[0, 0]["name"][0]:
            return found(layers, cell[0, 0]["name"][0])


@wrong_answer(READ, "part_of_the_name", "asked for conv1_12,", "reads conv1_1:")
def contained_in_the_name(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] in name:
            return found(layers, cell[0, 0]["name"][0])


@wrong_answer(READ, "part_of_the_name", "reads conv1_12:", "startswith")
def name_begins_like_it(layers, name):
    for cell in layers[0]:
        if str(cell[0, 0]["name"][0]).startswith(name):
            return found(layers, cell[0, 0]["name"][0])


@wrong_answer(READ, "always_conv1_1", "whatever is asked for", "argument `name`")
def written_down(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == "conv1_1":
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, bias.reshape(-1)


@wrong_answer(READ, "always_the_first", "first convolution of the file")
def by_the_type(layers, name):
    for cell in layers[0]:
        if "conv" in cell[0, 0]["type"][0]:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, bias.reshape(-1)


@wrong_answer(READ, "always_the_last", "last convolution", "indentation")
def if_without_effect(layers, name):
    for cell in layers[0]:
        layer = cell[0, 0]
        if layer["name"][0] == name:
            wanted = layer
        if layer["type"][0].startswith("conv"):
            wanted = layer
    kernel, bias = wanted["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "neighbour", "the convolution beside it", "begin to count")
def the_one_before(layers, name):
    convolutions = [c for c in layers[0] if "conv" in c[0, 0]["name"][0]]
    number = [c[0, 0]["name"][0] for c in convolutions].index(name)
    kernel, bias = convolutions[number - 1][0, 0]["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "gives_up_at_once", "gives up", "else")
def none_otherwise(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, bias.ravel()
        else:
            return None


NUMBERS = {"conv1_1": 0, "conv1_2": 2, "conv2_1": 5, "conv2_2": 7, "conv3_1": 10}


@wrong_answer(READ, "layer_by_number", "order of VGG-19", "a number in your function")
def by_a_table(layers, name):
    kernel, bias = layers[0, NUMBERS[name]][0, 0]["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "layer_by_number", "wrong or stopped")
def by_the_figures_in_the_name(layers, name):
    number = 2 * (int(name[-1]) - 1)
    return found(layers, layers[0, number][0, 0]["name"][0])


OTHER_NAMES = ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1", "relu2_1"]


@wrong_answer(READ, "layer_by_number", "from this `layers`", "`names`", "does your function get")
def by_a_list_made_outside(layers, name):
    kernel, bias = layers[0, OTHER_NAMES.index(name)][0, 0]["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "part_by_number", "by its number", "another")
def third_field(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0][2][0][0], cell[0, 0][2][0][1].flatten()


@wrong_answer(READ, "part_by_number", "by its number")
def first_and_third_field(layers, name):
    for cell in layers[0]:
        if cell[0][0][0][0] == name:
            return cell[0][0][2][0][0], cell[0][0][2][0][1].flatten()
    return None, None


@wrong_answer(READ, "layer_without_weights", "has none", "nothing to learn")
def weights_before_the_name(layers, name):
    for cell in layers[0]:
        kernel = cell[0, 0]["weights"][0, 0]
        bias = cell[0, 0]["weights"][0, 1]
        if cell[0, 0]["name"][0] == name:
            return kernel, bias.flatten()


@wrong_answer(READ, "layer_without_weights", "Is that known already")
def layer_after_it(layers, name):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    kernel, bias = layers[0, names.index(name) + 1][0, 0]["weights"][0]
    return kernel, bias.flatten()


@wrong_answer(READ, "one_row_only", "index 1 is out of bounds", "a single row")
def weights_counted_by_row(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            weights = cell[0, 0]["weights"]
            return weights[0], weights[1].flatten()


@wrong_answer(READ, "number_looped_over", "cannot run over a number")
def layers_counted_without_range(layers, name):
    for i in layers.size:
        if layers[0, i][0, 0]["name"][0] == name:
            return layers[0, i][0, 0]["weights"][0]


@wrong_answer(READ, "number_too_large", "out of bounds for axis 1")
def all_forty_three(layers, name):
    for i in range(43):
        if layers[0, i][0, 0]["name"] == "conv" + name:
            return layers[0, i][0, 0]["weights"]


@wrong_answer(READ, "box_still_closed", "still closed", "which pair of brackets")
def record_not_opened(layers, name):
    for cell in layers[0]:
        if cell["name"][0, 0][0] == name:
            return cell["weights"][0, 0], cell["weights"][0, 1].flatten()


@wrong_answer(READ, "too_many_brackets", "too many indices")
def kernel_with_three_numbers(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["weights"][0, 0, 0], cell[0, 0]["weights"][0, 0, 1]


@wrong_answer(READ, "word_for_a_number", "only integers", "Boxes are counted")
def asked_like_a_dictionary(layers, name):
    kernel, bias = layers[name]["weights"]
    return kernel, bias.flatten()


@wrong_answer(READ, "dot_for_brackets", "has no attribute 'weights'")
def weights_behind_a_dot(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0].weights[0, 0], cell[0, 0].weights[0, 1].flatten()


def layer_names(layers):
    return [cell[0, 0]["name"][0] for cell in layers[0]]


@wrong_answer(READ, "not_a_list", "'numpy.ndarray' object has no attribute 'index'", "Only a list")
def index_of_an_array(layers, name):
    number = layers[0].index(name)
    return layers[0, number]


@wrong_answer(READ, "not_a_list", "'function' object has no attribute 'index'", "called")
def index_of_a_function(layers, name):
    record = layers[0, layer_names.index(name)][0, 0]
    return record["weights"][0, 0], record["weights"][0, 1].flatten()


@wrong_answer(READ, "not_a_list", "'function' object is not subscriptable", "square brackets")
def function_in_square_brackets(layers, name):
    record = layers[0, layer_names[name]][0, 0]
    return record["weights"][0, 0], record["weights"][0, 1].flatten()


@wrong_answer(READ, "layer_compared", "a whole layer with a word")
def record_is_the_name(layers, name):
    for cell in layers[0]:
        if cell[0, 0] == name:
            return cell[0, 0]["weights"]


@wrong_answer(READ, "layer_compared", "`in`")
def name_in_record(layers, name):
    for cell in layers[0]:
        if name in cell:
            return cell["weights"]


@wrong_answer(READ, "array_for_yes_or_no", "where Python wants")
def if_there_are_weights(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name and cell[0, 0]["weights"]:
            return cell[0, 0]["weights"][0]


@wrong_answer(READ, "array_as_a_key", "unhashable", "arrays cannot")
def dictionary_of_arrays(layers, name):
    by_name = {cell[0, 0]["name"]: cell[0, 0]["weights"] for cell in layers[0]}
    return by_name[name]


@wrong_answer(READ, "arguments_exchanged", "takes the name for the layers", "'shape'")
def name_first(name, layers):
    for i in range(layers.shape[1]):
        if layers[0, i][0, 0]["name"][0] == name:
            return layers[0, i][0, 0]["weights"][0]


@wrong_answer(READ, "taken_apart_wrongly", "values to unpack", "one thing, its row")
def weights_unpacked_without_the_row(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = cell[0, 0]["weights"]
            return kernel, bias.flatten()


@wrong_answer(READ, "no_such_part", "no field of name kernel", "Which one holds the kernel")
def field_called_kernel(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            return cell[0, 0]["kernel"], cell[0, 0]["bias"].flatten()


@wrong_answer(READ, "box_as_numbers", "a row of boxes", "taken out")
def cell_made_float32(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            weights = np.array(cell[0, 0]["weights"], dtype=np.float32)
            return weights[0, 0], weights[0, 1].flatten()


@wrong_answer(READ, "box_as_numbers", "tf.constant")
def cell_made_a_tensor(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            kernel, bias = tf.constant(cell[0, 0]["weights"])
            return kernel, bias


@wrong_answer(READ, "never_found", "finds no layer conv1_2", "their types")
def array_in_a_list(layers, name):
    names = [str(cell[0, 0]["name"]) for cell in layers[0]]
    return found(layers, names.index(name))


@wrong_answer(READ, "never_found", "StopIteration")
def next_of_nothing(layers, name):
    record = next(c[0, 0] for c in layers[0] if str(c[0, 0]["name"]) == name)
    kernel, bias = record["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "never_found", "IndexError")
def first_of_nothing(layers, name):
    kernel, bias = [c for c in layers[0] if c[0, 0]["name"][0] is name][0][0, 0]["weights"][0]
    return kernel, bias.ravel()


@wrong_answer(READ, "name_without_value", "kernel", "have never run")
def values_of_nothing(layers, name):
    for cell in layers[0]:
        if str(cell[0, 0]["name"]) == name:
            kernel, bias = cell[0, 0]["weights"][0]
    return kernel, bias.flatten()


@wrong_answer(READ, "returns_none", "no layer was found", "ever true")
def array_is_no_word(layers, name):
    for cell in layers[0]:
        if str(cell["name"]) == name:
            kernel, bias = cell[0, 0]["weights"][0]
            return kernel, bias.flatten()


@wrong_answer(READ, "returns_none", "no `return`")
def layer_printed(layers, name):
    for cell in layers[0]:
        if cell[0, 0]["name"][0] == name:
            print(cell[0, 0]["weights"])


@wrong_answer(READ, "another_layer", "asked for conv1_2", "reads conv2_1")
def two_further(layers, name):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    convolutions = [n for n in names if "conv" in n]
    number = names.index(name) % len(convolutions)
    return found(layers, convolutions[number])


@wrong_answer(READ, "wrong_dtype", "float64 and float32", "expected float32")
def kernel_in_double_precision(layers, name):
    kernel, bias = found(layers, name)
    return kernel.astype(float), bias


@wrong_answer(READ, "wrong_type", "of type dict", "2 arrays: kernel, bias")
def pair_in_a_dictionary(layers, name):
    kernel, bias = found(layers, name)
    return {"kernel": kernel, "bias": bias}


@wrong_answer(READ, "wrong_type", "whose kernel is a list of length 3")
def numbers_in_lists(layers, name):
    kernel, bias = found(layers, name)
    return kernel.tolist(), bias.tolist()


@wrong_answer(READ, None, "your bias is", "at position")
def bias_sorted(layers, name):
    kernel, bias = found(layers, name)
    return kernel, np.sort(bias)


@wrong_answer(READ, "raises", "AttributeError")
def nonsense_method(layers, name):
    kernel, bias = found(layers, name)
    return kernel.float(), bias.float()


# --- conv_relu ---------------------------------------------------------------------------------

CONV = "conv_relu"


def convolved(x, kernel):
    return tf.nn.conv2d(x, kernel, strides=1, padding="SAME")


@wrong_answer(CONV, "only_convolution", "the bias and the ReLU are missing")
def convolution_alone(x, kernel, bias):
    return tf.nn.conv2d(x, kernel, 1, "SAME")


@wrong_answer(CONV, "only_convolution", "nothing follows")
def returned_before_the_bias(x, kernel, bias):
    z = tf.nn.conv2d(x, kernel, 1, "SAME")
    return z
    z = z + bias
    return tf.nn.relu(z)


@wrong_answer(CONV, "no_bias", "bias is missing")
def bias_forgotten(x, kernel, bias):
    z = convolved(x, kernel)
    tf.nn.bias_add(z, bias)
    return tf.nn.relu(z)


@wrong_answer(CONV, "no_relu", "ReLU is missing")
def relu_forgotten(x, kernel, bias):
    z = convolved(x, kernel) + bias
    tf.nn.relu(z)
    return z


@wrong_answer(CONV, "bias_after_relu", "too late")
def bias_last(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME")) + bias


@wrong_answer(CONV, "bias_after_relu", "too late")
def relu_twice(x, kernel, bias):
    a = tf.keras.layers.Conv2D(
        len(bias),
        3,
        padding="same",
        activation="relu",
        use_bias=False,
        kernel_initializer=tf.constant_initializer(kernel),
    )(x)
    return tf.nn.relu(a + bias)


@wrong_answer(CONV, "relu_of_input", "before the convolution")
def relu_first(x, kernel, bias):
    x = tf.nn.relu(x)
    return tf.nn.conv2d(x, kernel, 1, "SAME") + bias


@wrong_answer(CONV, "relu_of_parts", "brackets of the ReLU")
def bracket_in_the_wrong_place(x, kernel, bias):
    return convolved(x, kernel) + tf.nn.relu(bias)


@wrong_answer(CONV, "another_activation", "place of the ReLU")
def leaky(x, kernel, bias):
    return tf.nn.leaky_relu(convolved(x, kernel) + bias)


@wrong_answer(CONV, "another_activation", "what of 5")
def absolute(x, kernel, bias):
    return tf.abs(convolved(x, kernel) + bias)


@wrong_answer(CONV, "another_activation", "place of the ReLU")
def sigmoid_of_keras(x, kernel, bias):
    return tf.keras.activations.sigmoid(convolved(x, kernel) + bias)


@wrong_answer(CONV, "another_activation", "place of the ReLU")
def leaky_of_keras(x, kernel, bias):
    return tf.keras.layers.LeakyReLU()(convolved(x, kernel) + bias)


@wrong_answer(CONV, "relu_reversed", "keeps the negative")
def minimum(x, kernel, bias):
    return tf.minimum(convolved(x, kernel) + bias, 0)


@wrong_answer(CONV, "relu_reversed", "direction of < and >")
def where_reversed(x, kernel, bias):
    z = convolved(x, kernel) + bias
    return tf.where(z < 0, z, 0)


@wrong_answer(CONV, "zero_or_one", "whether")
def comparison_alone(x, kernel, bias):
    z = convolved(x, kernel) + bias
    return tf.cast(z > 0, tf.float32)


@wrong_answer(CONV, "zero_or_one", "comparison with 0")
def where_with_one(x, kernel, bias):
    return tf.where(convolved(x, kernel) + bias > 0, 1.0, 0.0)


@wrong_answer(CONV, "largest_of_axis", "(5, 7, 3)", "along an axis")
def reduce_max(x, kernel, bias):
    return tf.reduce_max(convolved(x, kernel) + bias, 0)


@wrong_answer(CONV, "largest_of_axis", "np.max")
def numpy_max(x, kernel, bias):
    return np.max(convolved(x, kernel) + bias, 0)


@wrong_answer(CONV, "clipped", "no upper end")
def relu6(x, kernel, bias):
    return tf.nn.relu6(convolved(x, kernel) + bias)


@wrong_answer(CONV, "clipped", "cut off")
def clipped_to_one(x, kernel, bias):
    return tf.clip_by_value(convolved(x, kernel) + bias, 0.0, 1.0)


@wrong_answer(CONV, "clipped", "cut off")
def clipped_to_colours(x, kernel, bias):
    return tf.clip_by_value(convolved(x, kernel) + bias, 0, 255)


@wrong_answer(CONV, "valid_padding", "(1, 3, 5, 3)", "(1, 5, 7, 3)", "'VALID'")
def valid(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1, padding="VALID") + bias)


@wrong_answer(CONV, "valid_padding", "border is lost")
def valid_by_default(x, kernel, bias):
    layer = tf.keras.layers.Conv2D(len(bias), 3, activation="relu")
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    return layer(x)


@wrong_answer(CONV, "stride", "(1, 3, 4, 3)", "jumps")
def stride_two(x, kernel, bias):
    z = tf.nn.conv2d(x, kernel, strides=[1, 2, 2, 1], padding="SAME")
    return tf.nn.relu(tf.nn.bias_add(z, bias))


@wrong_answer(CONV, "another_padding", "wrong at the border")
def reflected(x, kernel, bias):
    x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID") + bias)


@wrong_answer(CONV, "another_padding", "tf.roll")
def rolled(x, kernel, bias):
    z = bias
    for i in range(3):
        for j in range(3):
            z += tf.roll(x, (1 - i, 1 - j), axis=(1, 2)) @ kernel[i, j]
    return tf.nn.relu(z)


@wrong_answer(CONV, "padded_on_one_side", "shifted")
def zeros_behind(x, kernel, bias):
    x = tf.pad(x, [[0, 0], [0, 2], [0, 2], [0, 0]])
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "VALID") + bias)


@wrong_answer(CONV, "padded_twice", "(1, 7, 9, 3)", "twice")
def padded_and_same(x, kernel, bias):
    x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "border_zero", "0 at the border")
def loops_inside_only(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    a = np.zeros((1, n_H, n_W, len(bias)), np.float32)
    for i in range(1, n_H - 1):
        for j in range(1, n_W - 1):
            block = x[0, i - 1 : i + 2, j - 1 : j + 2].numpy()
            a[0, i, j] = np.maximum(np.tensordot(block, kernel, 3) + bias, 0)
    return a


@wrong_answer(CONV, "height_and_width_exchanged", "changed places", "plausible")
def kernel_transposed(x, kernel, bias):
    kernel = tf.transpose(kernel, [1, 0, 2, 3])
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "kernel_turned", "scipy")
def convolved_by_scipy(x, kernel, bias):
    x = x.numpy()[0]
    z = np.zeros((*x.shape[:2], len(bias)), np.float32)
    for o in range(len(bias)):
        for i in range(x.shape[2]):
            z[:, :, o] += scipy.signal.convolve2d(x[:, :, i], kernel[:, :, i, o], mode="same")
    return np.maximum(z + bias, 0)[np.newaxis]


@wrong_answer(CONV, "kernel_turned", "mathematics")
def kernel_flipped_first(x, kernel, bias):
    flipped = tf.reverse(kernel, axis=[0, 1])
    return tf.nn.relu(tf.nn.conv2d(x, flipped, 1, "SAME") + bias)


@wrong_answer(CONV, "kernel_turned", "transposed convolution")
def transposed_convolution(x, kernel, bias):
    kernel = tf.transpose(kernel, [0, 1, 3, 2])
    shape = (*x.shape[:3], len(bias))
    return tf.nn.relu(tf.nn.conv2d_transpose(x, kernel, shape, 1, "SAME") + bias)


@wrong_answer(CONV, "channels_reversed", "BGR")
def input_for_bgr(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x[..., ::-1], kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "kernel_axes", "only by luck")
def kernel_of_pytorch(x, kernel, bias):
    kernel = tf.transpose(kernel, [3, 2, 0, 1])
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "kernel_axes", "transpose")
def kernel_T(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel.T, 1, "SAME") + bias)


@wrong_answer(CONV, "neighbours_ignored", "itself alone", "Which nine")
def one_by_one(x, kernel, bias):
    return tf.nn.relu(tf.matmul(x, kernel[1, 1]) + bias)


@wrong_answer(CONV, "neighbours_ignored", "not shifted")
def slices_not_shifted(x, kernel, bias):
    z = 0
    for i in range(3):
        for j in range(3):
            z += tf.einsum("bhwi,io->bhwo", x, kernel[i, j])
    return tf.nn.relu(z + bias)


@wrong_answer(CONV, "some_neighbours", "keep them all")
def overwritten_in_the_loop(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    for i in range(3):
        for j in range(3):
            z = tf.matmul(padded[:, i : i + n_H, j : j + n_W], kernel[i, j])
    return tf.nn.relu(z + bias)


@wrong_answer(CONV, "some_neighbours", "How many does your loop visit")
def two_of_three(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    z = 0
    for i in range(2):
        for j in range(2):
            z += tf.matmul(padded[:, i : i + n_H, j : j + n_W], kernel[i, j])
    return tf.nn.relu(z + bias)


@wrong_answer(CONV, "bias_along_wrong_axis", "height or the width", "last axis")
def bias_as_a_column(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) + tf.reshape(bias, (-1, 1)))


@wrong_answer(CONV, "one_bias_for_all", "the same bias")
def first_bias(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) + bias[0])


@wrong_answer(CONV, "one_bias_for_all", "the same bias")
def bias_summed(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) + tf.reduce_sum(bias))


@wrong_answer(CONV, "bias_not_added", "subtracted or multiplied")
def bias_subtracted(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) - bias)


@wrong_answer(CONV, "bias_not_added", "more than once", "indentation")
def bias_in_the_loop(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    z = 0
    for i in range(3):
        for j in range(3):
            z += tf.matmul(padded[:, i : i + n_H, j : j + n_W], kernel[i, j]) + bias
    return tf.nn.relu(z)


@wrong_answer(CONV, "whole_numbers", "whole ones")
def input_as_integers(x, kernel, bias):
    x = tf.cast(tf.cast(x, tf.int32), tf.float32)
    return tf.nn.relu(convolved(x, kernel) + bias)


@wrong_answer(CONV, "whole_numbers", "whole ones")
def result_rounded(x, kernel, bias):
    return tf.round(tf.nn.relu(convolved(x, kernel) + bias))


@wrong_answer(CONV, "pooled_too", "a pooling follows")
def whole_block(x, kernel, bias):
    a = tf.nn.relu(convolved(x, kernel) + bias)
    return tf.nn.avg_pool2d(a, 2, 2, "SAME")


@wrong_answer(CONV, "no_batch_axis", "(5, 7, 3)", "first axis is lost")
def squeezed(x, kernel, bias):
    return tf.squeeze(tf.nn.relu(convolved(x, kernel) + bias))


@wrong_answer(CONV, "bias_in_kernel", "added to the kernel", "the second argument")
def bias_added_to_the_kernel(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel + bias, 1, "SAME"))


@wrong_answer(CONV, "kernel_without_effect", "random numbers of its own", "argument `kernel`")
def layer_of_its_own(x, kernel, bias):
    return tf.keras.layers.Conv2D(len(bias), 3, padding="same", activation="relu")(x)


@wrong_answer(CONV, "input_once_more", "x itself takes part")
def residual(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) + bias) + x


@wrong_answer(CONV, "input_scaled", "255")
def divided_by_255(x, kernel, bias):
    return tf.nn.relu(convolved(x / 255.0, kernel) + bias)


@wrong_answer(CONV, "holes", "lie apart")
def dilated(x, kernel, bias):
    return tf.nn.relu(tf.nn.atrous_conv2d(x, kernel, 2, "SAME") + bias)


@wrong_answer(CONV, "channels_apart", "(1, 5, 7, 9)", "never added")
def depthwise_alone(x, kernel, bias):
    return tf.nn.relu(tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME"))


@wrong_answer(CONV, "an_array_already", "as NumPy arrays")
def bias_made_numpy(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel.numpy()) + bias.numpy())


@wrong_answer(CONV, "dots_left", "three dots", "in the brackets of this call", "hint 2")
def dots_of_the_hint(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=..., padding=...) + bias)


@wrong_answer(CONV, "dots_left", "hold the place of something")
def dots_for_the_padding(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1, padding=...) + bias)


@wrong_answer(CONV, "dots_left", "hold the place of something")
def dots_for_the_input(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(..., kernel, strides=1, padding="SAME") + bias)


@wrong_answer(CONV, "fraction_for_a_number", "'float' object", "whole number")
def half_a_kernel(x, kernel, bias):
    n_H = x.shape[1]
    z = 0
    for i in range(9 / 3):
        z += tf.matmul(x[:, i : i + n_H], kernel[i, i])
    return tf.nn.relu(z + bias)


@wrong_answer(CONV, "axis_lost", "the order of the arguments")
def bias_before_kernel(x, bias, kernel):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "padding_word", "capital letters")
def padding_in_small_letters(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1, padding="same") + bias)


@wrong_answer(CONV, "padding_word", "does not know the padding")
def padding_as_a_number(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1, padding=1) + bias)


@wrong_answer(CONV, "whole_tensor_asked", "where it wants a word")
def bias_in_the_place_of_padding(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, bias))


@wrong_answer(CONV, "axis_lost", "(5, 7, 3)", "How many has yours?")
def picture_taken_out(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x[0], kernel, 1, "SAME") + bias)


@wrong_answer(CONV, "axis_lost", "4-dimensional")
def squeezed_first(x, kernel, bias):
    return tf.nn.relu(tf.nn.convolution(input=tf.squeeze(x), filters=kernel) + bias)


@wrong_answer(CONV, "axis_lost", "4-dimensional")
def kernel_taken_apart(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel[0], 1, "SAME") + bias)


@wrong_answer(CONV, "axis_lost", "expected min_ndim=4")
def picture_for_keras(x, kernel, bias):
    return tf.keras.layers.Conv2D(len(bias), 3, padding="same")(x[0])


@wrong_answer(CONV, "number_looped_over", "with `for`")
def three_looped_over(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    z = 0
    for i in len(kernel):
        for j in len(kernel[0]):
            z += tf.matmul(padded[:, i : i + n_H, j : j + n_W], kernel[i, j])
    return tf.nn.relu(z + bias)


@wrong_answer(CONV, "bias_handed_to_convolution", "knows no bias", "three steps")
def bias_as_the_last_argument(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME", bias))


@wrong_answer(CONV, "argument_missing", "Missing required positional argument", "be told more")
def no_padding_named(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, strides=1) + bias)


@wrong_answer(CONV, "argument_missing", "kernel_size")
def layer_without_a_size(x, kernel, bias):
    return tf.keras.layers.Conv2D(kernel)(x)


@wrong_answer(CONV, "argument_unknown", "'stride'", "One letter")
def stride_misspelled(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, stride=1, padding="SAME") + bias)


@wrong_answer(CONV, "not_in_tensorflow", "has no attribute 'relu'", "how is it spelled")
def relu_elsewhere(x, kernel, bias):
    return tf.relu(convolved(x, kernel) + bias)


@wrong_answer(CONV, "whole_tensor_asked", "one number only", "number by number")
def max_of_python(x, kernel, bias):
    return max(convolved(x, kernel) + bias, 0)


@wrong_answer(CONV, "whole_tensor_asked", "`if`")
def if_negative(x, kernel, bias):
    z = convolved(x, kernel) + bias
    if z < 0:
        z = 0
    return z


@wrong_answer(CONV, "whole_tensor_asked", "a call that gets a tensor")
def relu_layer_made_of_z(x, kernel, bias):
    return tf.keras.layers.ReLU(convolved(x, kernel) + bias)


@wrong_answer(CONV, "layer_not_made", "made with sizes")
def layer_made_of_a_kernel(x, kernel, bias):
    return tf.keras.layers.Conv2D(len(bias), kernel, padding="same")(x)


@wrong_answer(CONV, "product_in_place", "Incompatible shapes", "upon every place")
def star(x, kernel, bias):
    return tf.nn.relu(x * kernel + bias)


@wrong_answer(CONV, "product_in_place", "compatible batch dimensions")
def matmul(x, kernel, bias):
    return tf.nn.relu(tf.matmul(x, kernel) + bias)


@wrong_answer(CONV, "bias_does_not_fit", "Must provide as many biases", "channel out")
def depthwise(x, kernel, bias):
    z = tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")
    return tf.nn.relu(tf.nn.bias_add(z, bias))


@wrong_answer(CONV, "bias_does_not_fit", "Biases must be 1D")
def bias_of_two_axes(x, kernel, bias):
    return tf.nn.relu(tf.nn.bias_add(convolved(x, kernel), bias[:, np.newaxis]))


@wrong_answer(CONV, "bias_does_not_fit", "[1,6,5,2] vs. [5]", "x, or the result")
def bias_added_to_the_input(x, kernel, bias):
    z = x + bias
    return tf.nn.relu(tf.nn.conv2d(z, kernel, 1, "SAME"))


@wrong_answer(CONV, "bias_does_not_fit", "what you add it to", "both shapes")
def bias_added_to_x_in_place_of_z(x, kernel, bias):
    z = tf.nn.conv2d(x, kernel, 1, "SAME")
    z = x + bias
    return tf.nn.relu(z)


@wrong_answer(CONV, "depths_do_not_fit", "numbers of channels differ")
def arguments_exchanged(x, kernel, bias):
    return tf.nn.relu(tf.nn.conv2d(kernel, x, 1, "SAME") + bias)


@wrong_answer(CONV, "no_gradient", "the numbers are right", "made by NumPy", "np.…")
def maximum_of_numpy(x, kernel, bias):
    return np.maximum(convolved(x, kernel) + bias, 0)


@wrong_answer(CONV, "no_gradient", "which function of TensorFlow")
def correlated_by_scipy(x, kernel, bias):
    x = x.numpy()[0]
    z = [
        sum(
            scipy.ndimage.correlate(x[..., i], kernel[..., i, o], mode="constant")
            for i in range(x.shape[-1])
        )
        + bias[o]
        for o in range(len(bias))
    ]
    return np.maximum(np.stack(z, axis=-1), 0)[None]


@wrong_answer(CONV, "no_gradient", "nothing could be painted")
def variable_inside(x, kernel, bias):
    x = tf.Variable(x)
    return tf.nn.relu(convolved(tf.constant(x.numpy()), kernel) + bias)


@wrong_answer(CONV, "wrong_gradient", "cut")
def half_of_it_stopped(x, kernel, bias):
    z = convolved(x, kernel) + bias
    return tf.nn.relu(z / 2 + tf.stop_gradient(z) / 2)


@wrong_answer(CONV, "wrong_dtype", "float64", "expected float32")
def double_precision(x, kernel, bias):
    x, kernel, bias = (tf.cast(a, tf.float64) for a in (x, kernel, bias))
    return tf.nn.relu(convolved(x, kernel) + bias)


@wrong_answer(CONV, "numpy_method", "a tensor of TensorFlow does not")
def astype(x, kernel, bias):
    return tf.nn.relu(convolved(x.astype("float32"), kernel) + bias)


@wrong_answer(CONV, "assigns_items", "number by number")
def negative_ones_overwritten(x, kernel, bias):
    z = convolved(x, kernel) + bias
    z[z < 0] = 0
    return z


@wrong_answer(CONV, "wrong_type", "of type function")
def relu_without_brackets(x, kernel, bias):
    z = convolved(x, kernel) + bias
    relu = tf.nn.relu
    z = relu
    return z


@wrong_answer(CONV, "wrong_type", "a tuple of length 2", "a tensor of float32")
def z_and_a(x, kernel, bias):
    z = convolved(x, kernel) + bias
    return z, tf.nn.relu(z)


@wrong_answer(CONV, "wrong_arguments", "the line with `def`")
def input_only(x):
    return tf.nn.relu(x)


@wrong_answer(CONV, "wrong_arguments", "cannot be called")
def one_argument_too_many(x, kernel, bias, padding):
    return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, padding) + bias)


@wrong_answer(CONV, None, "your result is", "at position")
def bias_sorted_too(x, kernel, bias):
    return tf.nn.relu(convolved(x, kernel) + np.sort(bias))


# --- average_pool ------------------------------------------------------------------------------

POOL = "average_pool"


@wrong_answer(POOL, "maximum", "the largest number", "average")
def max_pooling(x):
    return tf.nn.max_pool2d(x, ksize=2, strides=2, padding="SAME")


@wrong_answer(POOL, "maximum", "“max”")
def max_pooling_of_keras(x):
    return tf.keras.layers.MaxPooling2D()(x)


@wrong_answer(POOL, "valid_padding", "(1, 2, 3, 3)", "(1, 3, 4, 3)", "dropped")
def valid_pooling(x):
    return tf.nn.avg_pool2d(x, 2, 2, "VALID")


@wrong_answer(POOL, "valid_padding", "rounded down")
def loops_rounded_down(x):
    _, n_H, n_W, _ = x.shape
    rows = []
    for i in range(n_H // 2):
        blocks = [x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] for j in range(n_W // 2)]
        rows.append(tf.stack([tf.reduce_mean(block, axis=[1, 2]) for block in blocks], axis=1))
    return tf.stack(rows, axis=1)


@wrong_answer(POOL, "valid_padding", "'VALID'")
def valid_by_default_of_keras(x):
    return tf.keras.layers.AveragePooling2D(2)(x)


@wrong_answer(POOL, "stride_one", "(1, 5, 7, 3)", "moves by one")
def stride_of_one(x):
    return tf.nn.avg_pool2d(x, ksize=2, strides=1, padding="SAME")


@wrong_answer(POOL, "stride_one", "take 1 if nothing is said")
def stride_not_said(x):
    return tf.nn.pool(x, [2, 2], "AVG", padding="SAME")


@wrong_answer(POOL, "another_window", "another size than 2")
def window_of_three(x):
    return tf.nn.avg_pool2d(x, ksize=3, strides=2, padding="SAME")


@wrong_answer(POOL, "another_window", "another size than 2")
def stride_of_three(x):
    return tf.nn.avg_pool2d(x, ksize=2, strides=3, padding="SAME")


@wrong_answer(POOL, "one_of_four", "the others are skipped")
def every_second(x):
    return x[:, ::2, ::2]


@wrong_answer(POOL, "one_of_four", "a window of 1")
def window_of_one(x):
    return tf.nn.avg_pool2d(x, 1, 2, "SAME")


@wrong_answer(POOL, "one_of_four", "where do the others come in")
def every_second_counted_from_one(x):
    return x[:, 1::2, 1::2, :]


@wrong_answer(POOL, "sum", "added up", "3, 3, 3 and 3")
def sum_of_blocks(x):
    x = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]])
    return x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]


@wrong_answer(POOL, "wrong_divisor", "a wrong number")
def divided_by_two(x):
    x = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]])
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 2


@wrong_answer(POOL, "padding_counted", "too small at an odd edge", "division by 4")
def zeros_counted(x):
    x = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]])
    return tf.nn.avg_pool2d(x, 2, 2, "VALID")


@wrong_answer(POOL, "padding_counted", "a block has two places, or one")
def kernel_of_quarters(x):
    quarters = tf.fill((2, 2, x.shape[3], 1), 0.25)
    return tf.nn.depthwise_conv2d(x, quarters, [1, 2, 2, 1], "SAME")


@wrong_answer(POOL, "padded_in_front", "one place too early")
def zeros_in_front(x):
    x = tf.pad(x, [[0, 0], [x.shape[1] % 2, 0], [x.shape[2] % 2, 0], [0, 0]])
    return tf.nn.avg_pool2d(x, 2, 2, "VALID")


@wrong_answer(POOL, "padded_by_reflection", "second-last")
def reflected_edge(x):
    x = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]], "REFLECT")
    return tf.nn.avg_pool2d(x, 2, 2, "VALID")


@wrong_answer(POOL, "whole_map", "the whole activation")
def global_average(x):
    return tf.keras.layers.GlobalAveragePooling2D()(x)


@wrong_answer(POOL, "whole_map", "reduce_mean")
def one_mean(x):
    return tf.reduce_mean(x)


@wrong_answer(POOL, "whole_rows", "(1, 7, 3)", "whole rows or columns")
def mean_of_rows(x):
    return tf.reduce_mean(x, axis=1)


@wrong_answer(POOL, "one_side_only", "(1, 5, 4, 3)", "only the width")
def width_halved(x):
    return tf.nn.avg_pool2d(x, (1, 2), (1, 2), "SAME")


@wrong_answer(POOL, "one_side_only", "only the height")
def height_halved(x):
    return tf.nn.avg_pool2d(x, [1, 2, 1, 1], [1, 2, 1, 1], "SAME")


@wrong_answer(POOL, "one_side_of_window", "two of the block are skipped")
def two_of_four(x):
    return tf.nn.avg_pool2d(x, [1, 1, 2, 1], [1, 2, 2, 1], "SAME")


@wrong_answer(POOL, "channels_mixed", "stay for itself")
def mean_of_channels(x):
    return tf.reduce_mean(x, -1)


@wrong_answer(POOL, "channels_mixed", "kernel of ones")
def convolution_with_quarters(x):
    n_C = x.shape[-1]
    return tf.nn.conv2d(x, tf.ones((2, 2, n_C, n_C)) / 4, 2, "SAME")


@wrong_answer(POOL, "channels_mixed", "too many axes")
def mean_of_whole_blocks(x):
    _, n_H, n_W, _ = x.shape
    means = [
        [tf.reduce_mean(x[0, i : i + 2, j : j + 2]) for j in range(0, n_W, 2)]
        for i in range(0, n_H, 2)
    ]
    return tf.convert_to_tensor(means)[tf.newaxis]


@wrong_answer(POOL, "resized", "between the blocks")
def resized(x):
    return tf.image.resize(x, ((x.shape[1] + 1) // 2, (x.shape[2] + 1) // 2))


@wrong_answer(POOL, "resized", "another average")
def resized_by_area(x):
    return tf.image.resize(x, (x.shape[1] // 2, x.shape[2] // 2), method="area")


@wrong_answer(POOL, "reshaped_wrongly", "a reshape")
def quarters_of_the_picture(x):
    _, n_H, n_W, n_C = x.shape
    return tf.reduce_mean(tf.reshape(x, (1, 2, n_H // 2, 2, n_W // 2, n_C)), axis=(1, 3))


@wrong_answer(POOL, "reshaped_wrongly", "reshape never reorders")
def four_in_a_row(x):
    _, n_H, n_W, n_C = x.shape
    return tf.reduce_mean(tf.reshape(x, (1, n_H // 2, n_W // 2, 4, n_C)), axis=3)


@wrong_answer(POOL, "height_and_width_exchanged", "(1, 4, 3, 3)", "outer one")
def columns_first(x):
    _, n_H, n_W, _ = x.shape
    columns = []
    for j in range(0, n_W, 2):
        blocks = [x[:, i : i + 2, j : j + 2] for i in range(0, n_H, 2)]
        columns.append(tf.stack([tf.reduce_mean(block, axis=[1, 2]) for block in blocks], axis=1))
    return tf.stack(columns, axis=1)


@wrong_answer(POOL, "whole_numbers", "//")
def divided_by_slashes(x):
    x = tf.pad(x, [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]])
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) // 4


@wrong_answer(POOL, "twice", "done twice")
def pooled_twice(x):
    x = tf.nn.avg_pool2d(x, 2, 2, "SAME")
    return tf.nn.avg_pool2d(x, 2, 2, "SAME")


@wrong_answer(POOL, "relu_too", "negative numbers are lost")
def relu_comes_along(x):
    return tf.nn.relu(tf.nn.avg_pool2d(x, 2, 2, "SAME"))


@wrong_answer(POOL, "no_batch_axis", "(3, 4, 3)", "first axis is lost")
def pooled_and_squeezed(x):
    return tf.squeeze(tf.nn.avg_pool2d(x, 2, 2, "SAME"))


@wrong_answer(POOL, "padding_word", "capital letters")
def same_in_small_letters(x):
    return tf.nn.avg_pool2d(x, 2, 2, "same")


@wrong_answer(POOL, "axis_lost", "four axes")
def pooled_without_the_batch_axis(x):
    return tf.nn.avg_pool2d(x[0], 2, 2, "SAME")


@wrong_answer(POOL, "dots_left", "three dots", "What do you want there?")
def dots_of_the_hint_too(x):
    return tf.nn.avg_pool2d(x, ksize=..., strides=..., padding=...)


@wrong_answer(POOL, "dots_left", "hold the place of something")
def dots_for_the_padding_alone(x):
    return tf.nn.avg_pool2d(x, ksize=2, strides=2, padding=...)


@wrong_answer(POOL, "number_looped_over", "cannot run over a number")
def rows_looped_over(x):
    rows = []
    for i in x.shape[1]:
        rows.append(tf.reduce_mean(x[:, i : i + 2], axis=1))
    return tf.stack(rows, axis=1)


@wrong_answer(POOL, "argument_missing", "be told more")
def sizes_alone(x):
    return tf.nn.avg_pool2d(x, 2, 2)


@wrong_answer(POOL, "argument_missing", "pool_size")
def layer_without_a_window(x):
    return tf.keras.layers.AveragePooling2D(padding="same")(x)


@wrong_answer(POOL, "argument_unknown", "'stride'")
def stride_without_s(x):
    return tf.nn.avg_pool2d(x, ksize=2, stride=2, padding="SAME")


@wrong_answer(POOL, "not_in_tensorflow", "average_pool", "spelled")
def pool_misspelled(x):
    return tf.nn.average_pool2d(x, 2, 2, "SAME")


@wrong_answer(POOL, "fraction_for_a_number", "has to be a whole number")
def reshape_by_fractions(x):
    _, n_H, n_W, n_C = x.shape
    return tf.reduce_mean(tf.reshape(x, (1, n_H / 2, 2, n_W / 2, 2, n_C)), axis=(2, 4))


@wrong_answer(POOL, "fraction_for_a_number", "Which division rounds")
def range_by_fractions(x):
    return tf.stack([x[:, 2 * i] for i in range(x.shape[1] / 2)], axis=1)


@wrong_answer(POOL, "unchanged", "as it came")
def pooled_and_forgotten(x):
    tf.nn.avg_pool2d(x, 2, 2, "SAME")
    return x


@wrong_answer(POOL, "resized", "Try a picture of 5×5")
def resized_to_the_nearest(x):
    size = ((x.shape[1] + 1) // 2, (x.shape[2] + 1) // 2)
    return tf.image.resize(x, size, method="nearest")


@wrong_answer(POOL, "whole_tensor_asked", "number by number")
def largest_of_python(x):
    return max(x[:, ::2, ::2], x[:, ::2, ::2])


@wrong_answer(POOL, "layer_not_made", "called afterwards")
def layer_made_of_x(x):
    return tf.keras.layers.AveragePooling2D(x)


@wrong_answer(POOL, "window_over_channels", "(picture, height, width, channel)")
def window_in_all_directions(x):
    return tf.nn.avg_pool2d(x, [1, 2, 2, 2], [1, 2, 2, 2], "SAME")


@wrong_answer(POOL, "window_over_channels", "over the pictures")
def window_in_front(x):
    return tf.nn.avg_pool2d(x, [2, 2, 1, 1], [2, 2, 1, 1], "SAME")


@wrong_answer(POOL, "even_sizes_only", "where one is odd", "left over")
def reshape_of_even_sizes(x):
    _, n_H, n_W, n_C = x.shape
    return tf.reduce_mean(tf.reshape(x, (1, n_H // 2, 2, n_W // 2, 2, n_C)), axis=(2, 4))


@wrong_answer(POOL, "even_sizes_only", "your function stops")
def four_slices(x):
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4


@wrong_answer(POOL, "odd_edge", "last row or column")
def edge_of_ones(x):
    padding = [[0, 0], [0, x.shape[1] % 2], [0, x.shape[2] % 2], [0, 0]]
    return tf.nn.avg_pool2d(tf.pad(x, padding, constant_values=1.0), 2, 2, "VALID")


@wrong_answer(POOL, "no_gradient", "the numbers are right", "made by NumPy")
def mean_of_numpy(x):
    _, n_H, n_W, _ = x.shape
    rows = []
    for i in range(0, n_H, 2):
        rows.append([np.mean(x[0, i : i + 2, j : j + 2], (0, 1)) for j in range(0, n_W, 2)])
    return np.array(rows)[None]


@wrong_answer(POOL, "wrong_dtype", "float16", "float32")
def half_precision(x):
    return tf.cast(tf.nn.avg_pool2d(x, 2, 2, "SAME"), tf.float16)


@wrong_answer(POOL, "assigns_items", "number by number")
def tensor_filled_by_loops(x):
    _, n_H, n_W, n_C = x.shape
    result = tf.zeros((1, (n_H + 1) // 2, (n_W + 1) // 2, n_C))
    for i in range(0, n_H, 2):
        for j in range(0, n_W, 2):
            result[0, i // 2, j // 2] = tf.reduce_mean(x[0, i : i + 2, j : j + 2], (0, 1))
    return result


@wrong_answer(POOL, "numpy_method", "does not")
def mean_as_a_method(x):
    return x.mean(axis=(1, 2))


@wrong_answer(POOL, "wrong_type", "AveragePooling2D")
def layer_never_called(x):
    return tf.keras.layers.AveragePooling2D(2, padding="same")


@wrong_answer(POOL, "wrong_arguments", "cannot be called")
def pool_with_a_size(x, size):
    return tf.nn.avg_pool2d(x, size, size, "SAME")


@wrong_answer(POOL, None, "1.5 times the right value")
def one_and_a_half(x):
    return 1.5 * tf.nn.avg_pool2d(x, 2, 2, "SAME")
