"""Right answers, each by another way: whatever computes the same must pass."""

import time
from dataclasses import asdict, replace

import numpy as np
import tensorflow as tf

from answers import RIGHT, right_answer  # noqa: F401  (RIGHT is for whoever imports this module)
from nst_utils.config import CONFIG, CONTENT_LAYER, STYLE_LAYERS
from nst_utils.costs import (
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
    gram_matrix,
    total_cost,
)
from nst_utils.experiment import varied
from nst_utils.images import displayable_range
from nst_utils.objective import Style
from nst_utils.optimize import Progress, train_step

# --- brighten ----------------------------------------------------------------------------------


@right_answer("brighten")
def brighter_in_two_lines(image, amount):
    brighter = image.astype(int) + amount
    return np.clip(brighter, 0, 255).astype(np.uint8)


@right_answer("brighten")
def brighter_without_leaving_uint8(image, amount):
    return np.minimum(image, 255 - amount) + amount


@right_answer("brighten")
def brighter_on_a_copy(image, amount=60):
    image = image.copy()
    room = image > 255 - amount
    image += np.uint8(amount)
    image[room] = 255
    return image


@right_answer("brighten")
def brighter_by_floats(image, amount):
    bright = image + float(amount)
    bright[bright > 255] = 255
    return np.uint8(bright)


@right_answer("brighten")
def brighter_by_where(image, amount):
    total = image.astype("int16") + amount
    return np.where(total > 255, 255, total).astype("uint8")


@right_answer("brighten")
def brighter_pixel_by_pixel(image, amount):
    result = np.zeros(image.shape, np.uint8)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            for colour in range(3):
                result[row, column, colour] = min(int(image[row, column, colour]) + amount, 255)
    return result


@right_answer("brighten")
def brighter_with_the_names_swapped(amount, image):
    return np.clip(np.add(image, amount, dtype=int), 0, 255).astype(np.uint8)


@right_answer("brighten")
def brighter_by_tensorflow(image, amount):
    return tf.saturate_cast(tf.cast(image, tf.int32) + amount, tf.uint8).numpy()


@right_answer("brighten")
def brighter_by_a_table(image, amount):
    table = np.minimum(np.arange(256) + amount, 255).astype(np.uint8)
    return table[image]


BLACK_AND_WHITE = [0, 255]


@right_answer("brighten")
def brighter_within_limits_of_the_notebook(image, amount):
    return np.clip(image.astype(int) + amount, *BLACK_AND_WHITE).astype(np.uint8)


# --- preprocess --------------------------------------------------------------------------------

MEAN = np.array([123.68, 116.779, 103.939], np.float32)


@right_answer("preprocess")
def batch_then_mean(image):
    x = np.expand_dims(image, axis=0)
    x = x.astype(np.float32)
    return x - MEAN


@right_answer("preprocess")
def by_the_constants_of_the_course(image):
    return image - CONFIG.MEANS


@right_answer("preprocess")
def input_by_tensorflow(image):
    x = tf.cast(image, tf.float32)
    return tf.expand_dims(x - tf.constant([123.68, 116.779, 103.939]), axis=0)


@right_answer("preprocess")
def input_channel_by_channel(image):
    x = np.zeros((1, *image.shape), dtype=np.float32)
    x[0, :, :, 0] = image[:, :, 0] - 123.68
    x[0, :, :, 1] = image[:, :, 1] - 116.779
    x[0, :, :, 2] = image[:, :, 2] - 103.939
    return x


@right_answer("preprocess")
def input_pixel_by_pixel(image):
    n_H, n_W, _ = image.shape
    x = np.empty((1, n_H, n_W, 3), "float32")
    for row in range(n_H):
        for column in range(n_W):
            for colour in range(3):
                x[0, row, column, colour] = float(image[row, column, colour]) - MEAN[colour]
    return x


@right_answer("preprocess")
def input_by_a_list_of_one(image):
    return np.array([image - np.array((123.68, 116.779, 103.939))], dtype=np.float32)


@right_answer("preprocess")
def input_from_the_order_of_keras(image):
    bgr = tf.keras.applications.vgg19.preprocess_input(np.float32(image)[None])
    return bgr[..., ::-1]


@right_answer("preprocess")
def input_by_reshape(image):
    return np.subtract(image, MEAN, dtype=np.float32).reshape((1, *image.shape))


# --- deprocess ---------------------------------------------------------------------------------


@right_answer("deprocess")
def picture_in_four_lines(x):
    picture = x[0] + MEAN
    picture = np.clip(picture, 0, 255)
    picture = np.round(picture)
    return picture.astype(np.uint8)


@right_answer("deprocess")
def rounded_by_adding_a_half(x):
    return (np.clip(x + MEAN, 0, 255) + 0.5).astype("uint8")[0]


@right_answer("deprocess")
def rounded_before_the_clip(x):
    picture = np.squeeze(x, axis=0) + CONFIG.MEANS[0]
    return np.uint8(np.minimum(np.maximum(np.around(picture), 0), 255))


@right_answer("deprocess")
def picture_by_tensorflow(x):
    picture = tf.clip_by_value(tf.squeeze(x, [0]) + MEAN, 0, 255)
    return tf.cast(tf.round(picture), tf.uint8)


@right_answer("deprocess")
def picture_by_saturate_cast(x):
    return tf.saturate_cast(tf.round(x + MEAN), tf.uint8)[0].numpy()


@right_answer("deprocess")
def picture_by_reshape(x):
    x = x.reshape(x.shape[1:]) + np.array([123.68, 116.779, 103.939])
    x[x < 0] = 0
    x[x > 255] = 255
    return np.rint(x).astype(np.uint8)


@right_answer("deprocess")
def picture_pixel_by_pixel(x):
    _, n_H, n_W, n_C = x.shape
    picture = np.zeros((n_H, n_W, n_C), np.uint8)
    for row in range(n_H):
        for column in range(n_W):
            for colour in range(n_C):
                value = round(float(x[0, row, column, colour] + MEAN[colour]))
                picture[row, column, colour] = min(max(value, 0), 255)
    return picture


# --- layer_names -------------------------------------------------------------------------------


@right_answer("layer_names")
def names_by_counting(layers):
    names = []
    for i in range(layers.shape[1]):
        names.append(layers[0, i][0, 0]["name"][0])
    return names


@right_answer("layer_names")
def names_by_comprehension(layers):
    return [str(cell[0, 0]["name"][0]) for cell in layers[0]]


@right_answer("layer_names")
def names_from_the_array_of_records(layers):
    names = []
    for layer in layers[0]:
        names += [layer["name"][0][0][0]]
    return names


@right_answer("layer_names")
def names_by_item(layers):
    return [cell["name"].item().item() for cell in layers.ravel()]


@right_answer("layer_names")
def names_by_squeeze(layers):
    layers = np.squeeze(layers)
    names = [""] * len(layers)
    for number, layer in enumerate(layers):
        names[number] = f"{np.squeeze(layer)['name'].item()[0]}"
    return names


@right_answer("layer_names")
def names_by_map(layers):
    def name_of(cell):
        return "".join(cell[0][0]["name"])

    return list(map(name_of, layers.flatten()))


@right_answer("layer_names")
def names_as_a_tuple(layers):
    return tuple(record["name"][0] for (record,) in (cell[0] for cell in layers[0]))


@right_answer("layer_names")
def names_of_an_array(layers):
    return np.array([layers[0][i][0][0]["name"][0] for i in range(layers.size)]).tolist()


# --- read_layer --------------------------------------------------------------------------------


@right_answer("read_layer")
def layer_by_loop(layers, name):
    for i in range(layers.shape[1]):
        layer = layers[0, i][0, 0]
        if layer["name"][0] == name:
            kernel = layer["weights"][0, 0]
            bias = layer["weights"][0, 1].flatten()
            return kernel, bias


@right_answer("read_layer")
def layer_by_index(layers, name):
    names = [cell[0, 0]["name"][0] for cell in layers[0]]
    kernel, bias = layers[0, names.index(name)][0, 0]["weights"][0]
    return kernel, bias.reshape(-1)


@right_answer("read_layer")
def layer_by_dictionary(layers, name):
    by_name = {str(cell[0, 0]["name"][0]): cell[0, 0] for cell in layers[0]}
    weights = by_name[name]["weights"]
    return [weights[0][0], np.squeeze(weights[0][1])]


@right_answer("read_layer")
def layer_as_tensors(layers, name):
    for cell in layers[0]:
        if cell["name"][0, 0] == name:
            kernel, bias = cell["weights"][0, 0][0]
            return tf.constant(kernel), tf.reshape(tf.constant(bias), [-1])


@right_answer("read_layer")
def layer_by_next(layers, name):
    record = next(cell[0, 0] for cell in layers.flat if name == cell[0, 0]["name"].item())
    kernel, bias = record["weights"].ravel()
    return np.array(kernel, dtype=np.float32), bias.ravel().astype("float32")


@right_answer("read_layer")
def layer_found_at_the_end(layers, name):
    found = None
    for number, cell in enumerate(layers[0]):
        if cell[0][0]["name"] == name:  # an array of one word: that is true or false, too
            found = number
    record = layers[0][found][0][0]
    return record["weights"][0][0], record["weights"][0][1].T.flatten()


# --- conv_relu ---------------------------------------------------------------------------------


@right_answer("conv_relu")
def layer_in_three_steps(x, kernel, bias):
    z = tf.nn.conv2d(x, kernel, strides=1, padding="SAME")
    z = z + bias
    a = tf.nn.relu(z)
    return a


@right_answer("conv_relu")
def layer_by_convolution_and_maximum(x, kernel, bias):
    z = tf.nn.convolution(padding="SAME", filters=kernel, input=x)
    return tf.maximum(tf.nn.bias_add(z, bias), 0.0)


@right_answer("conv_relu")
def layer_padded_by_hand(x, kernel, bias):
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    z = tf.nn.conv2d(padded, filters=kernel, strides=[1, 1, 1, 1], padding="VALID")
    z += tf.reshape(bias, (1, 1, 1, -1))
    return tf.where(z > 0, z, tf.zeros_like(z))


@right_answer("conv_relu")
def layer_by_nine_slices(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    z = 0
    for i in range(3):
        for j in range(3):
            z += tf.einsum("bhwi,io->bhwo", padded[:, i : i + n_H, j : j + n_W], kernel[i, j])
    return tf.nn.relu(z + bias)


@right_answer("conv_relu")
def layer_by_patches(x, kernel, bias):
    patches = tf.image.extract_patches(x, [1, 3, 3, 1], [1, 1, 1, 1], [1, 1, 1, 1], "SAME")
    z = tf.matmul(patches, tf.reshape(kernel, (-1, kernel.shape[-1])))
    return tf.keras.activations.relu(z + bias)


@right_answer("conv_relu")
def layer_of_keras(x, kernel, bias):
    layer = tf.keras.layers.Conv2D(len(bias), 3, padding="same", activation="relu")
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    return layer(x)


@right_answer("conv_relu")
def layer_of_keras_from_constants(x, kernel, bias):
    return tf.keras.layers.Conv2D(
        kernel.shape[3],
        (3, 3),
        padding="same",
        kernel_initializer=tf.constant_initializer(kernel),
        bias_initializer=tf.constant_initializer(bias),
        activation=tf.nn.relu,
    )(x)


@right_answer("conv_relu")
def layer_place_by_place(x, kernel, bias):
    _, n_H, n_W, _ = x.shape
    padded = tf.pad(x[0], [[1, 1], [1, 1], [0, 0]])
    rows = []
    for i in range(n_H):
        places = [
            tf.tensordot(padded[i : i + 3, j : j + 3], kernel, axes=3) + bias for j in range(n_W)
        ]
        rows.append(tf.stack(places))
    return tf.nn.relu(tf.stack(rows))[tf.newaxis]


@right_answer("conv_relu")
@tf.function
def layer_compiled(x, kernel, bias):
    z = tf.nn.conv2d(x, kernel, 1, "SAME") + bias
    return (z + tf.abs(z)) / 2


# --- average_pool ------------------------------------------------------------------------------


@right_answer("average_pool")
def pool_in_one_call(x):
    return tf.nn.avg_pool2d(x, ksize=2, strides=2, padding="SAME")


@right_answer("average_pool")
def pool_with_four_numbers(x):
    return tf.nn.avg_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


@right_answer("average_pool")
def pool_of_keras(x):
    return tf.keras.layers.AveragePooling2D(pool_size=(2, 2), padding="same")(x)


@right_answer("average_pool")
def pool_by_name(x):
    return tf.nn.pool(x, [2, 2], "AVG", strides=[2, 2], padding="SAME")


@right_answer("average_pool")
def pool_block_by_block(x):
    _, n_H, n_W, _ = x.shape
    rows = []
    for i in range(0, n_H, 2):
        blocks = [x[:, i : i + 2, j : j + 2] for j in range(0, n_W, 2)]
        rows.append(tf.stack([tf.reduce_mean(block, axis=[1, 2]) for block in blocks], axis=1))
    return tf.stack(rows, axis=1)


@right_answer("average_pool")
def pool_with_repeated_edge(x):
    # Whoever repeats the last row does not change the average of a block.
    _, n_H, n_W, n_C = x.shape
    x = tf.pad(x, [[0, 0], [0, n_H % 2], [0, n_W % 2], [0, 0]], "SYMMETRIC")
    blocks = tf.reshape(x, (1, x.shape[1] // 2, 2, x.shape[2] // 2, 2, n_C))
    return tf.reduce_mean(blocks, axis=[2, 4])


@right_answer("average_pool")
def pool_sums_by_counts(x):
    def sums(a):
        a = tf.pad(a, [[0, 0], [0, a.shape[1] % 2], [0, a.shape[2] % 2], [0, 0]])
        return a[:, ::2, ::2] + a[:, 1::2, ::2] + a[:, ::2, 1::2] + a[:, 1::2, 1::2]

    return sums(x) / sums(tf.ones_like(x))


@right_answer("average_pool")
def pool_by_depthwise_convolution(x):
    ones = tf.ones((2, 2, x.shape[3], 1))
    total = tf.nn.depthwise_conv2d(x, ones, [1, 2, 2, 1], "SAME")
    return total / tf.nn.depthwise_conv2d(tf.ones_like(x), ones, [1, 2, 2, 1], "SAME")


@right_answer("average_pool")
def pool_one_side_after_the_other(x):
    x = tf.nn.avg_pool2d(x, (2, 1), (2, 1), "SAME")
    return tf.nn.avg_pool2d(x, (1, 2), (1, 2), "SAME")


# --- compute_content_cost ----------------------------------------------------------------------


@right_answer("compute_content_cost")
def content_as_the_formula_says(a_C, a_G):
    _, n_H, n_W, n_C = a_G.shape
    J_content = 1 / (4 * n_H * n_W * n_C) * tf.reduce_sum(tf.square(tf.subtract(a_C, a_G)))
    return J_content


@right_answer("compute_content_cost")
def content_unrolled_first(a_C, a_G):
    _, n_H, n_W, n_C = a_G.get_shape().as_list()
    a_C_unrolled = tf.transpose(tf.reshape(a_C, [n_H * n_W, n_C]))
    a_G_unrolled = tf.transpose(tf.reshape(a_G, [n_H * n_W, n_C]))
    return tf.reduce_sum((a_C_unrolled - a_G_unrolled) ** 2) / (4 * n_H * n_W * n_C)


@right_answer("compute_content_cost")
def content_by_the_mean(a_C, a_G):
    return tf.reduce_mean((a_G - a_C) ** 2) / 4


@right_answer("compute_content_cost")
def content_with_dynamic_shape(a_C, a_G):
    shape = tf.cast(tf.shape(a_C), tf.float32)
    factor = 1.0 / (4.0 * shape[1] * shape[2] * shape[3])
    return factor * tf.reduce_sum(tf.math.squared_difference(a_C, a_G))


@right_answer("compute_content_cost")
def content_channel_by_channel(a_C, a_G):
    n_H, n_W, n_C = a_G.shape[1:]
    J_content = 0
    for channel in range(n_C):
        difference = a_C[0, :, :, channel] - a_G[0, :, :, channel]
        J_content = J_content + tf.reduce_sum(difference * difference)
    return J_content / (4 * n_H * n_W * n_C)


@right_answer("compute_content_cost")
def content_by_dot_product(a_C, a_G):
    difference = tf.reshape(a_C, [-1]) - tf.reshape(a_G, [-1])
    return tf.tensordot(difference, difference, axes=1) / (4 * len(difference))


@right_answer("compute_content_cost")
def content_by_l2_loss(a_C, a_G):
    print("shapes:", a_C.shape, a_G.shape)  # left over from looking for a mistake
    return tf.nn.l2_loss(a_C - a_G) / (2 * tf.cast(tf.size(a_C), a_C.dtype))


@right_answer("compute_content_cost")
@tf.function
def content_compiled(a_C, a_G):
    return 0.25 * tf.reduce_mean(tf.square(a_C - a_G))


# --- gram_matrix -------------------------------------------------------------------------------


@right_answer("gram_matrix")
def gram_by_transpose(A):
    GA = tf.matmul(A, tf.transpose(A))
    return GA


@right_answer("gram_matrix")
def gram_by_argument(A):
    return tf.linalg.matmul(a=A, b=A, transpose_b=True)


@right_answer("gram_matrix")
def gram_by_operator(A):
    return A @ tf.transpose(A, perm=[1, 0])


@right_answer("gram_matrix")
def gram_by_einsum(A):
    return tf.einsum("ik,jk->ij", A, A)


@right_answer("gram_matrix")
def gram_by_tensordot(A):
    return tf.tensordot(A, A, axes=[[1], [1]])


@right_answer("gram_matrix")
def gram_positions_reversed(A):
    reversed_positions = A[:, ::-1]
    return tf.matmul(reversed_positions, reversed_positions, transpose_b=True)


@right_answer("gram_matrix")
def gram_row_by_row(A):
    rows = []
    for i in range(A.shape[0]):
        row = [tf.reduce_sum(A[i] * A[j]) for j in range(A.shape[0])]
        rows.append(tf.stack(row))
    return tf.stack(rows)


@right_answer("gram_matrix")
def gram_by_broadcasting(A):
    n_C, M = A.shape
    return tf.reduce_sum(tf.reshape(A, (n_C, 1, M)) * tf.reshape(A, (1, n_C, M)), axis=-1)


@right_answer("gram_matrix")
def gram_outer_products(A):
    columns = tf.unstack(A, axis=1)
    return tf.add_n([tf.tensordot(column, column, axes=0) for column in columns])


# --- compute_layer_style_cost ------------------------------------------------------------------


@right_answer("compute_layer_style_cost")
def layer_step_by_step(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    G_S = gram_matrix(tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C)))) / (n_H * n_W)
    _, n_H, n_W, n_C = a_G.shape
    G_G = gram_matrix(tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C)))) / (n_H * n_W)
    return tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)


@right_answer("compute_layer_style_cost")
def layer_transposed_first(a_S, a_G):
    def gram(a):
        n_C = a.shape[-1]
        A = tf.reshape(tf.transpose(a, perm=[0, 3, 1, 2]), [n_C, -1])
        return tf.matmul(A, A, transpose_b=True) / A.shape[1]

    return 0.25 * tf.reduce_mean((gram(a_G) - gram(a_S)) ** 2)


@right_answer("compute_layer_style_cost")
def layer_with_height_and_width_exchanged(a_S, a_G):
    # (n_C, n_W, n_H): the positions come in another order, and a Gram matrix does not notice.
    grams = []
    for a in (a_S, a_G):
        A = tf.reshape(tf.transpose(a), (a.shape[3], -1))
        grams.append(gram_matrix(A) / (a.shape[1] * a.shape[2]))
    return tf.reduce_mean(tf.square(grams[0] - grams[1])) / 4


@right_answer("compute_layer_style_cost")
def layer_by_einsum(a_S, a_G):
    M_S = tf.cast(tf.shape(a_S)[1] * tf.shape(a_S)[2], tf.float32)
    M_G = tf.cast(tf.shape(a_G)[1] * tf.shape(a_G)[2], tf.float32)
    G_S = tf.einsum("bhwi,bhwj->ij", a_S, a_S) / M_S
    G_G = tf.einsum("bhwi,bhwj->ij", a_G, a_G) / M_G
    return tf.norm(G_S - G_G) ** 2 / (4 * a_S.shape[-1] ** 2)


@right_answer("compute_layer_style_cost")
def layer_channel_by_channel(a_S, a_G):
    n_C = a_S.shape[3]
    S, G = tf.unstack(a_S[0], axis=-1), tf.unstack(a_G[0], axis=-1)
    J = 0.0
    for i in range(n_C):
        for j in range(n_C):
            J += (tf.reduce_mean(S[i] * S[j]) - tf.reduce_mean(G[i] * G[j])) ** 2
    return J / (4 * n_C * n_C)


@right_answer("compute_layer_style_cost")
def layer_divided_before_the_product(a_S, a_G):
    unrolled = [tf.transpose(tf.reshape(a, (-1, a.shape[-1]))) for a in (a_S, a_G)]
    scaled = [A / tf.sqrt(float(A.shape[1])) for A in unrolled]
    G_S, G_G = map(gram_matrix, scaled)
    return tf.reduce_sum((G_S - G_G) * (G_S - G_G)) / (2 * a_G.shape[-1]) ** 2


# --- compute_style_cost ------------------------------------------------------------------------


@right_answer("compute_style_cost")
def style_by_loop(style, generated, style_layers=STYLE_LAYERS):
    J_style = 0
    for layer_name, coeff in style_layers:
        a_S = style[layer_name]
        a_G = generated[layer_name]
        J_style_layer = compute_layer_style_cost(a_S, a_G)
        J_style += coeff * J_style_layer
    return J_style


@right_answer("compute_style_cost")
def style_by_python_sum(style, generated, style_layers=STYLE_LAYERS):
    return sum(w * compute_layer_style_cost(style[n], generated[n]) for n, w in style_layers)


@right_answer("compute_style_cost")
def style_by_add_n(style, generated, style_layers=STYLE_LAYERS):
    terms = [
        tf.multiply(compute_layer_style_cost(a_S=style[name], a_G=generated[name]), weight)
        for name, weight in style_layers
    ]
    return tf.add_n(terms)


@right_answer("compute_style_cost")
def style_by_dictionary(style, generated, style_layers=STYLE_LAYERS):
    weights = dict(style_layers)
    J_style = tf.constant(0.0)
    for name in generated:
        if name in weights:
            J_style += weights[name] * compute_layer_style_cost(style[name], generated[name])
    return J_style


@right_answer("compute_style_cost")
def style_by_tensordot(style, generated, style_layers=STYLE_LAYERS):
    names, weights = zip(*style_layers, strict=True)
    costs = tf.stack([compute_layer_style_cost(style[name], generated[name]) for name in names])
    return tf.tensordot(tf.constant(weights), costs, axes=1)


@right_answer("compute_style_cost")
def style_from_the_end(style, generated, style_layers=STYLE_LAYERS):
    i, J_style = len(style_layers) - 1, 0.0
    while i >= 0:
        name = style_layers[i][0]
        J_style = J_style + style_layers[i][1] * layer_step_by_step(style[name], generated[name])
        i -= 1
    return J_style


# --- total_cost --------------------------------------------------------------------------------


@right_answer("total_cost")
def total_as_the_formula_says(J_content, J_style, alpha=10, beta=40):
    J = alpha * J_content + beta * J_style
    return J


@right_answer("total_cost")
def total_by_add(J_content, J_style, alpha=10.0, beta=40.0):
    return tf.add(tf.multiply(alpha, J_content), tf.multiply(beta, J_style))


@right_answer("total_cost")
def total_style_first(J_content, J_style, alpha=10, beta=40):
    total = J_style * beta
    total += J_content * alpha
    return total


@right_answer("total_cost")
def total_by_tensordot(J_content, J_style, alpha=10, beta=40):
    weights = tf.constant([alpha, beta], tf.float32)
    return tf.reduce_sum(weights * tf.stack([J_content, J_style]))


@right_answer("total_cost")
def total_by_sum(J_content, J_style, alpha=10, beta=40):
    return sum(weight * J for weight, J in [(alpha, J_content), (beta, J_style)])


# --- train_step --------------------------------------------------------------------------------


@right_answer("train_step")
def step_with_all_layers(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    low, high = displayable_range(model.mean)
    image.assign(tf.clip_by_value(image, low, high))
    return J, J_content, J_style


@right_answer("train_step")
def step_with_named_layers(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    names = [name for name, _ in STYLE_LAYERS] + [CONTENT_LAYER]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(image)
        activations = model(image, layers=names)
        J_content = compute_content_cost(a_C, activations["conv4_2"])
        J_style = compute_style_cost(a_S, activations, STYLE_LAYERS)
        J = alpha * J_content + beta * J_style
    (gradient,) = tape.gradient(J, [image])
    optimizer.apply_gradients(zip([gradient], [image], strict=True))
    image.assign(tf.minimum(tf.maximum(image, -model.mean), 255 - model.mean))
    return float(J), float(J_content), float(J_style)


@right_answer("train_step")
def step_with_persistent_tape(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape(persistent=True) as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
    of_content = tape.gradient(J_content, image)
    of_style = tape.gradient(J_style, image)
    del tape
    optimizer.apply([alpha * of_content + beta * of_style], [image])
    low, high = displayable_range(model.mean)
    image.assign(np.clip(image.numpy(), low, high))
    J = total_cost(J_content, J_style, alpha=alpha, beta=beta)
    return [J, J_content, J_style]


@right_answer("train_step")
def step_through_a_cost_function(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    def costs(picture):
        a_G = model(picture)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        return total_cost(J_content, J_style, alpha, beta), J_content, J_style

    before = costs(image)
    # Clipping first does no harm where clipping comes last as well.
    image.assign(tf.clip_by_value(image, -model.mean, 255.0 - model.mean))
    with tf.GradientTape() as tape:
        J = costs(image)[0]
    optimizer.apply_gradients([[tape.gradient(J, image), image]])
    image.assign(
        tf.clip_by_value(image, clip_value_min=-model.mean, clip_value_max=255.0 - model.mean)
    )
    return before


@right_answer("train_step")
@tf.function
def step_compiled(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, *displayable_range(model.mean)))
    return J, J_content, J_style


# --- model_nn ----------------------------------------------------------------------------------


@right_answer("model_nn")
def loop_as_in_the_notebook(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    began = time.perf_counter()
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for step in range(num_iterations):
        before = image.numpy()
        J, J_content, J_style = train_step(image, model, a_C, a_S, optimizer)
        if callback is not None and step % every == 0:
            costs = float(J), float(J_content), float(J_style)
            callback(Progress(step, before, *costs, time.perf_counter() - began))
    return image.numpy()


@right_answer("model_nn")
def loop_with_while(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    optimizer = tf.keras.optimizers.Adam(learning_rate=learning_rate)
    generated = tf.Variable(tf.constant(start), trainable=True)
    step = 0
    while step < num_iterations:
        before = generated.numpy()
        costs = train_step(generated, model, a_C, a_S, optimizer, alpha=10, beta=40)
        if not step % every and callback:
            print("step", step, "cost", float(costs[0]))
            callback(Progress(step, before, *costs, seconds=0))
        step += 1
    return generated


@right_answer("model_nn")
def loop_that_reports_the_end(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image, adam = tf.Variable(np.copy(start)), tf.keras.optimizers.Adam(learning_rate)
    to_report = set(range(0, num_iterations, every))
    for step, _ in enumerate(range(num_iterations)):
        picture = tf.identity(image)
        J, J_content, J_style = step_with_all_layers(image, model, a_C, a_S, adam)
        if callback is not None and step in to_report:
            callback(
                Progress(
                    step=step, image=picture, J=J, J_content=J_content, J_style=J_style, seconds=0
                )
            )
    if callback is not None:
        callback(Progress(num_iterations, image.numpy(), J, J_content, J_style, 0))
    return tf.convert_to_tensor(image)


@right_answer("model_nn")
def loop_over_blocks(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    image = tf.Variable(initial_value=start, dtype=tf.float32)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    for first in range(0, num_iterations, every):
        for step in range(first, min(first + every, num_iterations)):
            before = image.numpy()
            costs = train_step(image, model, a_C, a_S, optimizer)
            if step == first and callback is not None:
                callback(Progress(step, before, *map(float, costs), 0.0))
    return np.asarray(image)


@right_answer("gram_matrix")
def gram_by_another_name(A):
    rows = locals()["A"]
    return tf.matmul(rows, rows, transpose_b=True)


# --- design_experiment -------------------------------------------------------------------------


@right_answer("design_experiment")
def three_weights(base):
    return {
        "control": base,
        "shy": replace(base, beta=2.0),
        "bold": replace(base, beta=200.0),
    }


@right_answer("design_experiment")
def three_starts(base):
    starts = ("content", "style")
    return {"from noise": base} | {f"from the {one}": replace(base, init=one) for one in starts}


@right_answer("design_experiment")
def how_much_luck_there_is(base):
    arms = {}
    for number in range(4):
        arms[f"seed {number}"] = replace(base, seed=base.seed + number)
    return arms


@right_answer("design_experiment")
def deeper_and_deeper(base):
    arms, layers = {"control": base}, []
    for block in (1, 2, 3):
        layers = [*layers, (f"conv{block}_1", 1.0)]
        arms[f"to block {block}"] = replace(base, style_layers=tuple(layers))
    return arms


@right_answer("design_experiment")
def layers_in_lists(base):
    arms = {"control": base}
    for block in (1, 5):
        arms[f"block {block}"] = replace(base, style_layers=[[f"conv{block}_1", 1.0]])
    return arms


@right_answer("design_experiment")
def more_steps(base):
    steps = {"few": base.iterations // 2, "control": base.iterations, "many": 2 * base.iterations}
    return {name: replace(base, iterations=number) for name, number in steps.items()}


# --- write_report ------------------------------------------------------------------------------


@right_answer("write_report")
def report_in_few_lines(results, style_cost):
    [factor] = varied({name: result.settings for name, result in results.items()})
    constant = [name for name in asdict(results["control"].settings) if name != factor]
    costs = {name: style_cost(result.picture) for name, result in results.items()}
    ranking = sorted(costs, key=costs.get)
    conclusion = f"Of all the arms, {ranking[0]} has the lowest style cost ({factor} was varied)."
    return {
        "factor": factor,
        "constant": constant,
        "costs": costs,
        "ranking": ranking,
        "conclusion": conclusion,
    }


@right_answer("write_report")
def report_with_loops(results, style_cost):
    settings, costs = {}, {}
    for name, result in results.items():
        settings[name] = result.settings
        costs[name] = style_cost(result.picture)
    differing = varied(settings)
    factor = next(iter(differing))
    ranking = sorted(costs, key=lambda name: costs[name])
    constant = {}
    for setting, value in asdict(settings[ranking[0]]).items():
        if setting not in differing:
            constant[setting] = value
    lines = [f"{name}: {differing[factor][name]}, style cost {costs[name]}" for name in ranking]
    conclusion = f"{factor.capitalize()} from best to worst: {'; '.join(lines)}"
    report = {"factor": factor, "constant": constant, "costs": costs, "ranking": ranking}
    report["conclusion"] = conclusion
    return report


@right_answer("write_report")
def report_with_numpy(results, style_cost):
    names = list(results)
    numbers = np.array([style_cost(results[name].picture) for name in names])
    order = np.argsort(numbers)
    arms = {name: results[name].settings for name in names}
    (factor,) = varied(arms).keys()
    every = set(asdict(arms[names[0]]))
    return {
        "costs": dict(zip(names, numbers, strict=True)),
        "ranking": tuple(names[place] for place in order),
        "factor": factor,
        "constant": every - {factor},
        "conclusion": "We changed " + factor + ". Best: " + names[order[0]].upper(),
        "arms": len(names),
    }


@right_answer("write_report")
def report_by_comparing_settings(results, style_cost):
    first, *rest = [asdict(result.settings) for result in results.values()]
    factor = next(key for key in first if any(other[key] != first[key] for other in rest))
    left, ranking = measured_again(results, style_cost), []
    while left:
        best = min(left, key=left.get)
        ranking.append(best)
        del left[best]
    report = {"factor": factor, "constant": [key for key in first if key != factor]}
    report["costs"] = measured_again(results, style_cost)
    report["ranking"] = ranking
    report["conclusion"] = f"{ranking[0]} beats {len(ranking) - 1} other values of {factor}"
    return report


def measured_again(results, style_cost):
    return {name: style_cost(result.picture) for name, result in results.items()}


# --- adain -------------------------------------------------------------------------------------

EPSILON = 0.26  # as the set-up cell of notebook 08 has it


@right_answer("adain")
def adain_by_moments(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    normalized = (content - mu_c) / tf.sqrt(var_c + EPSILON)
    return tf.sqrt(var_s + EPSILON) * normalized + mu_s


@right_answer("adain")
def adain_by_means_and_deviations(content, style):
    def statistics(x):
        deviation = tf.math.reduce_std(x, axis=[1, 2], keepdims=True)
        return tf.reduce_mean(x, axis=[1, 2], keepdims=True), tf.sqrt(deviation**2 + EPSILON)

    (mu_c, sigma_c), (mu_s, sigma_s) = statistics(content), statistics(style)
    return mu_s + sigma_s / sigma_c * (content - mu_c)


@right_answer("adain")
def adain_without_keepdims(content, style):
    # In a batch of one, shape (1, n_C) meets the last axis.
    mu_c, mu_s = tf.reduce_mean(content, axis=[1, 2]), tf.reduce_mean(style, axis=[0, 1, 2])
    sigma_c = (tf.math.reduce_variance(content, axis=[1, 2]) + EPSILON) ** 0.5
    sigma_s = (tf.math.reduce_variance(style, axis=[0, 1, 2]) + EPSILON) ** 0.5
    return (content - mu_c) * sigma_s / sigma_c + mu_s


@right_answer("adain")
def adain_unrolled(content, style):
    _, n_H, n_W, n_C = content.shape
    C = tf.transpose(tf.reshape(content, (n_H * n_W, n_C)))
    S = tf.transpose(tf.reshape(style, (-1, n_C)))
    mu_c, var_c = tf.nn.moments(C, axes=[1], keepdims=True)
    mu_s, var_s = tf.nn.moments(S, axes=[1], keepdims=True)
    T = tf.sqrt(var_s + EPSILON) * (C - mu_c) / tf.sqrt(var_c + EPSILON) + mu_s
    return tf.reshape(tf.transpose(T), content.shape)


@right_answer("adain")
def adain_by_einsum(content, style):
    def statistics(x):
        M = x.shape[1] * x.shape[2]
        mu = tf.einsum("bhwc->c", x) / M
        return mu, tf.sqrt(tf.einsum("bhwc,bhwc->c", x - mu, x - mu) / M + EPSILON)

    mu_c, sigma_c = statistics(content)
    mu_s, sigma_s = statistics(style)
    return tf.einsum("bhwc,c->bhwc", content - mu_c, sigma_s / sigma_c) + mu_s


@right_answer("adain")
def adain_by_squares(content, style):
    def sigma(x, mu):
        return tf.sqrt(tf.reduce_mean(x**2, axis=[1, 2], keepdims=True) - mu**2 + EPSILON)

    mu_c = tf.reduce_mean(content, axis=(1, 2), keepdims=True)
    mu_s = tf.reduce_mean(style, axis=(1, 2), keepdims=True)
    return sigma(style, mu_s) * (content - mu_c) / sigma(content, mu_c) + mu_s


@right_answer("adain")
def adain_by_numpy(content, style):
    content, style = np.array(content), np.array(style)
    sigma_c = np.sqrt(content.var(axis=(1, 2), keepdims=True) + EPSILON)
    sigma_s = np.sqrt(style.var(axis=(1, 2), keepdims=True) + EPSILON)
    normalized = (content - content.mean(axis=(1, 2), keepdims=True)) / sigma_c
    return sigma_s * normalized + style.mean(axis=(1, 2), keepdims=True)


@right_answer("adain")
def adain_channel_by_channel(content, style):
    result = np.zeros(content.shape)  # of float64: nothing is differentiated here
    for k in range(content.shape[-1]):
        c, s = content[..., k].numpy(), style[..., k].numpy()
        normalized = (c - c.mean()) / (c.var() + EPSILON) ** 0.5
        result[..., k] = (s.var() + EPSILON) ** 0.5 * normalized + s.mean()
    return result


@right_answer("adain")
def adain_as_batch_normalization(content, style):
    mu_c, var_c = tf.nn.moments(content, axes=[0, 1, 2])
    mu_s, var_s = tf.nn.moments(style, axes=[0, 1, 2])
    sigma_s = tf.sqrt(var_s + EPSILON)
    return tf.nn.batch_normalization(content, mu_c, var_c, mu_s, sigma_s, EPSILON)


@right_answer("adain")
def adain_stacked(content, style):
    channels = []
    for c, s in zip(tf.unstack(content, axis=-1), tf.unstack(style, axis=-1), strict=True):
        sigma_c = tf.sqrt(tf.math.reduce_variance(c) + EPSILON)
        sigma_s = tf.sqrt(tf.math.reduce_variance(s) + EPSILON)
        channels.append(sigma_s * (c - tf.reduce_mean(c)) / sigma_c + tf.reduce_mean(s))
    return tf.stack(channels, axis=-1)


@right_answer("adain")
@tf.function
def adain_compiled(content, style):
    mu_c, var_c = tf.nn.moments(content, [1, 2], keepdims=True)
    mu_s, var_s = tf.nn.moments(style, [1, 2], keepdims=True)
    return (content - mu_c) * tf.math.rsqrt(var_c + EPSILON) * tf.sqrt(var_s + EPSILON) + mu_s


# --- plan_picture ------------------------------------------------------------------------------


@right_answer("plan_picture")
def a_soft_border_and_its_own_colours(photograph, first, second, base):
    n_H, n_W, _ = photograph.shape
    above = np.linspace(1, 0, n_H)[:, np.newaxis] * np.ones((n_H, n_W))
    styles = [Style(first, mask=above), Style(second, mask=1 - above)]
    return {"content": photograph, "style": styles, "settings": replace(base, colors="keep")}


@right_answer("plan_picture")
def a_hard_horizon(photograph, first, second, base):
    sky = np.zeros(photograph.shape[:2], np.float32)
    sky[: len(sky) // 3] = 1
    ground = np.ones_like(sky) - sky
    styles = (Style(first, 1.0, sky), Style(second, 1.0, ground))
    bold = replace(base, beta=80.0, style_scale=1.5)
    return {"content": photograph, "style": styles, "settings": bold}


@right_answer("plan_picture")
def a_mask_row_by_row(photograph, first, second, base):
    rows, columns = photograph.shape[0], photograph.shape[1]
    upper, lower = np.empty((rows, columns)), np.empty((rows, columns))
    for row in range(rows):
        share = 1 - row / (rows - 1)
        upper[row], lower[row] = share, 1 - share
    plan = {"style": [Style(picture=first, mask=upper), Style(picture=second, mask=lower)]}
    plan["content"] = photograph.copy()
    plan["settings"] = replace(base, init="style", size=base.size + 20)
    return plan


@right_answer("plan_picture")
def a_slanted_border(photograph, first, second, base):
    n_H, n_W, _ = photograph.shape
    y, x = np.meshgrid(np.linspace(0, 1, n_H), np.linspace(0, 1, n_W), indexing="ij")
    above = np.clip(0.5 + 6 * (0.5 - y) + 0.4 * (x - 0.5), 0, 1)
    styles = [Style(first, 2, above), Style(second, 1, 1 - above)]
    return {"content": photograph, "style": styles, "settings": replace(base, iterations=3)}


# --- find_cause --------------------------------------------------------------------------------


@right_answer("find_cause")
def one_question_after_the_other(symptoms):
    if np.isnan(symptoms.lowest):
        return "root"
    if symptoms.highest <= 1.5:
        return "way out"
    if symptoms.spread < 15:
        return "way in"
    if symptoms.fall <= 1.5:
        return "rate"
    if symptoms.edge > 50:
        return "padding"
    if symptoms.to_swapped < symptoms.to_style:
        return "order"
    return "healthy"


@right_answer("find_cause")
def one_long_chain(symptoms):
    if symptoms.spread != symptoms.spread:
        cause = "root"
    elif symptoms.brightness < 5:
        cause = "way out"
    elif symptoms.spread < 18 and symptoms.highest < 230:
        cause = "way in"
    elif symptoms.spread > 90:
        cause = "rate"
    elif symptoms.edge > 40:
        cause = "padding"
    elif symptoms.to_style - symptoms.to_swapped > 1:
        cause = "order"
    else:
        cause = "healthy"
    return cause


@right_answer("find_cause")
def healthy_until_proven_otherwise(symptoms):
    cause = "healthy"
    if symptoms.to_swapped < symptoms.to_style:
        cause = "order"
    if symptoms.edge > 35:
        cause = "padding"
    if symptoms.fall < 2:
        cause = "rate"
    if symptoms.spread < 15:
        cause = "way in"
    if symptoms.spread < 2:
        cause = "way out"
    if not np.isfinite(symptoms.highest):
        cause = "root"
    return cause


@right_answer("find_cause")
def a_table_of_questions(symptoms):
    questions = {
        "root": not symptoms.highest >= 0,
        "way out": symptoms.highest < 3,
        "way in": symptoms.spread < 12,
        "rate": symptoms.fall < 1.4,
        "padding": symptoms.edge > 33,
        "order": symptoms.to_swapped < symptoms.to_style,
    }
    return next((cause for cause, holds in questions.items() if holds), "healthy")
