# %% [markdown]
# # 02 · What layers see
#
# *90 minutes in class, about 1 of them computing: 45 for exercises 1 to 3, 45 for the rest.
# Experiment 5 can be done at home.*
#
# **After this notebook you can**
#
# - open the file of a trained network, and find any layer in it by its name;
# - build a convolution, a ReLU and a pooling, and prove that together they are the network;
# - say how many pixels one number of a layer sees, and find out what it answers to.
#
# **Words you need.** VGG-19 is a chain of *layers*. Each layer turns a stack of maps into another
# stack. One map is a *channel*; the whole stack is the layer's *activation*. The numbers that a
# network has learned are its *weights*: little tables called *kernels*, and one number beside each
# kernel, its *bias*.
#
# ## Recap: answer before you open
#
# A colour photograph is 320 pixels wide and 213 high. Which shape does it have as the input of
# our network? And what has been done to its numbers?
#
# <details><summary>Show the answer</summary>
#
# (1, 213, 320, 3): one picture, height before width, then red, green and blue. The numbers run
# from 0 to 255, and a mean colour is subtracted from each pixel.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads a photograph, and a finished network to compare yours with.

# %%
from nst_utils import checks, load_image, load_vgg_model, reshape_and_normalize_image, show
from nst_utils.weights import find_weights

import numpy as np
import scipy.io
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

layer_names = checks.to_write("layer_names")  # yours will take its place
read_layer = checks.to_write("read_layer")
conv_relu = checks.to_write("conv_relu")
average_pool = checks.to_write("average_pool")

model = load_vgg_model()
photo = load_image("images/content/chelsea.png", 320)
image = reshape_and_normalize_image(photo)

# %% [markdown]
# ## The idea
#
# A trained network is two things: a file full of numbers, and a rule for using them. The rule of
# VGG-19 is short. Lay small kernels on the picture and add a bias (a **convolution**), cut off what
# is below zero (a **ReLU**), and now and then make the maps smaller (a **pooling**). The layers up
# to a pooling form a **block**. All the rest is in the file.
#
# So let us open the file, write the rule, and look at what happens to a photograph on its way.
#
# ## Open the file
#
# The file has the format of MATLAB, another language for numbers. `scipy.io.loadmat` reads it.
# With `variable_names` we ask for the two parts that we need.

# %%
path = find_weights()
file = scipy.io.loadmat(path, variable_names=["layers", "meta"])
layers = file["layers"]

print("layers: an array with", layers.ndim, "axes and", len(layers), "row")

# %% [markdown]
# Why a row, and not a list? MATLAB knows no single things. A word, a number, a layer: each of them
# is a table with rows and columns, even if there is only one place in it. So you get boxes inside
# boxes, and open one after the other:
#
# ```text
# layers                 a row of boxes, one for each layer
# └─ layers[0, i]        box number i; in it is a table of size 1 × 1
#    └─ [0, 0]           its only place: the layer itself, whose parts have names
#       ├─ ["name"]      a row of one word: [0] takes it out
#       ├─ ["type"]      a row of one word: conv, relu or pool
#       └─ ["weights"]   of a convolution: a row of two boxes,
#                        [0, 0] is the kernel, [0, 1] is the bias
# ```

# %%
first = layers[0, 0][0, 0]

print(first["name"], "is a row of one word. Its word:", first["name"][0])
print("its type:", first["type"][0])
print("its parts:", ", ".join(first.dtype.names))

# %% [markdown]
# The other part, `meta`, holds what belongs to the network as a whole. Box in box again, and at
# the bottom lies the mean colour of the recap.

# %%
mean = file["meta"][0, 0]["normalization"][0, 0]["averageImage"]

print("red, green and blue of the mean:", np.rint(mean).astype(int).ravel().tolist())

# %% [markdown]
# ## Exercise 1: `layer_names`
#
# List the names of all the layers, in the order of the file.
#
# <details><summary>Hint 1: how many layers</summary>
#
# `layers` has the shape (1, number of layers). `len(layers)` counts the rows, and there is only
# one. Count the columns.
#
# </details>
#
# <details><summary>Hint 2: one name</summary>
#
# The cell above does it for layer 0. What has to change for layer `i`?
#
# </details>
#
# <details><summary>Hint 3: a list of words</summary>
#
# Begin with an empty list, and `append` one name after the other. `str(...)` turns NumPy's kind
# of word into an ordinary one.
#
# </details>


# %%
def layer_names(layers):
    """List the names of the layers, in their order.

    layers: the array from the file, shape (1, number of layers).
    Returns a list of words, such as ["conv1_1", "relu1_1", ...].
    """
    ### BEGIN SOLUTION
    names = []
    for i in range(layers.shape[1]):
        names.append(str(layers[0, i][0, 0]["name"][0]))
    ### END SOLUTION
    return names


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works. (If the
# star in `[*]` does not go away, press ■, and look at your loop.)

# %%
layer_names = checks.layer_names(layer_names)

# %%
names = layer_names(layers)
print(" → ".join(names[:10]), "→ …")
print("convolutions:", sum(name.startswith("conv") for name in names))

# %% [markdown]
# `conv4_2` is the second convolution of the fourth block. A ReLU follows each convolution, and a
# pooling ends each block. The published network has three more layers behind its sixteen
# convolutions, which name what is in a picture: this is where the 19 in VGG-19 comes from. To
# paint, nobody needs names, so we stop before those three.
#
# ## Exercise 2: `read_layer`
#
# Find a convolution by its name, and take out its kernel and its bias.
#
# The kernel has the shape (height, width, channels in, channels out). Channels in are the maps that
# come in, channels out those that the layer makes. The first layer looks at RGB, so there are three
# channels in: red, green, blue, in this order. This is how TensorFlow wants it. Hand it on as it
# is: do not transpose, do not reverse.
#
# The bias stands in this file as a column, shape (channels out, 1); other files hold it as a row.
# We want it flat in both cases: (channels out,).
#
# <details><summary>Hint 1: which box</summary>
#
# A list knows where a word stands: `["a", "b"].index("b")` is 1. You have a function that makes
# the list of names.
#
# </details>
#
# <details><summary>Hint 2: the two boxes</summary>
#
# Look at the last lines of the drawing above. For the layer that we opened first,
# `first["weights"]` is a row of two boxes, and these two hold no further boxes.
#
# </details>
#
# <details><summary>Hint 3: make it flat</summary>
#
# `array.ravel()` puts all the numbers of an array into one line.
#
# </details>


# %%
def read_layer(layers, name):
    """Find a convolution by its name.

    layers: the array from the file, shape (1, number of layers).
    name: such as "conv1_1".
    Returns (kernel, bias), shapes (3, 3, channels in, channels out) and (channels out,).
    """
    ### BEGIN SOLUTION
    record = layers[0, layer_names(layers).index(name)][0, 0]
    kernel = record["weights"][0, 0]
    bias = record["weights"][0, 1].ravel()
    ### END SOLUTION
    return kernel, bias


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
read_layer = checks.read_layer(read_layer)

# %% [markdown]
# ## What the first layer looks for
#
# In `conv1_1`, a kernel has 3 × 3 weights for each of the three colours. That is a tiny picture,
# so we can look at it. Mid-grey is the weight 0. A kernel answers most to a place in the
# photograph that looks like the kernel itself.

# %%
kernel, bias = read_layer(layers, "conv1_1")
height, width, n_in, n_out = kernel.shape

print(f"conv1_1 has {height} × {width} weights for each of {n_in} colours.")
print("One bias for each channel out:", bias.shape == (n_out,))
show.show_kernels(
    kernel,
    alt="A grid of tiny pictures of 3 by 3 pixels, one for each channel of conv1_1. Some are grey, "
    "bright on one side and dark on the other, or with a bright spot. The others are coloured.",
    see="the grey kernels look for edges, each in its own direction, or for spots. Most of the "
    "coloured ones look for a colour.",
)

# %% [markdown]
# ## Exercise 3: `conv_relu`
#
# Lay the kernel on the picture, multiply the numbers that meet, add up the products and add the
# bias: that is one number of the map. Then move on by one pixel, until the map is complete. Every
# channel out has its own kernel and its own bias. A kernel reaches through all the channels in.
#
# Two more things are to be settled. At the edge of the picture a part of the kernel lies outside:
# there we take zeros, so that the map is as large as the picture. And at the end comes the
# **ReLU**: every negative number becomes 0.
#
# **By hand.** One channel in, one channel out. Picture and kernel are
#
# $$\begin{pmatrix}1&2&0\\0&1&3\\2&0&1\end{pmatrix}, \qquad
#   \begin{pmatrix}0&0&0\\0&1&-1\\0&0&0\end{pmatrix}, \qquad \text{bias } 1.$$
#
# This kernel subtracts from each number its neighbour on the right. Upper left: 1 − 2 + 1 = 0. To
# the right of it: 2 − 0 + 1 = 3. Upper right, where the neighbour lies outside: 0 − 0 + 1 = 1. In
# the middle: 1 − 3 + 1 = −1, and the ReLU makes it 0. Finish it on paper; the cell after the check
# shows the result.
#
# Use TensorFlow's functions (`tf.…`), not NumPy's. Later we ask how each pixel changes a number of
# the network, and TensorFlow can only answer if it has made every step itself.
#
# <details><summary>Hint 1: sliding the kernel</summary>
#
# You need no loop. `tf.nn.conv2d(x, kernel, strides=..., padding=...)` slides all the kernels over
# the picture at once. Give it `x` with all its four axes: without the first one, TensorFlow does
# not only complain, it may end the whole program.
#
# </details>
#
# <details><summary>Hint 2: steps and edge</summary>
#
# Move on by 1 pixel each time. Of the two paddings, `"VALID"` stays inside, and the map shrinks;
# `"SAME"` adds zeros around.
#
# </details>
#
# <details><summary>Hint 3: the order</summary>
#
# The bias can lift a number above zero. So does it come before the ReLU, or after? The ReLU itself
# is `tf.nn.relu`.
#
# </details>


# %%
def conv_relu(x, kernel, bias):
    """Convolve (3 × 3, steps of 1, zeros around), add the bias, apply the ReLU.

    x: shape (1, n_H, n_W, channels in).
    kernel, bias: shapes (3, 3, channels in, channels out) and (channels out,).
    Returns the activation, shape (1, n_H, n_W, channels out).
    """
    ### BEGIN SOLUTION
    x = tf.nn.conv2d(x, kernel, strides=1, padding="SAME")
    x = tf.nn.relu(x + bias)
    ### END SOLUTION
    return x


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
conv_relu = checks.conv_relu(conv_relu)

# %%
x = np.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]], np.float32).reshape(1, 3, 3, 1)
k = np.array([[0, 0, 0], [0, 1, -1], [0, 0, 0]], np.float32).reshape(3, 3, 1, 1)
b = np.array([1], np.float32)

print(np.rint(conv_relu(x, k, b)[0, :, :, 0]).astype(int))

# %% [markdown]
# ## Exercise 4: `average_pool`
#
# After a few convolutions the maps are made smaller: each block of 2 × 2 numbers becomes one
# number, their mean. (The published VGG-19 was trained with the largest of the four. For painting,
# the mean gives smoother pictures, and our small network was trained with it.) Every channel is
# treated on its own. As before, use a function of TensorFlow.
#
# **By hand.** What happens when a side is odd? Then a block at the end is cut, and the mean is
# taken over the numbers that are there:
#
# $$\begin{pmatrix}1&3&5\\3&1&7\\4&6&9\end{pmatrix} \;\longrightarrow\;
#   \begin{pmatrix}2&6\\5&9\end{pmatrix}$$
#
# 2 is the mean of 1, 3, 3 and 1. 6 is the mean of 5 and 7 alone.
#
# <details><summary>Hint 1: the function</summary>
#
# TensorFlow has one for this as well: `tf.nn.avg_pool2d`.
#
# </details>
#
# <details><summary>Hint 2: size and step</summary>
#
# `ksize` is the side of a block, `strides` how far it is from one block to the next. Here the
# blocks lie side by side, without overlap.
#
# </details>
#
# <details><summary>Hint 3: the odd edge</summary>
#
# One of the paddings drops an odd last row, the other one keeps it and leaves what is outside out
# of the mean.
#
# </details>


# %%
def average_pool(x):
    """Take the mean of every block of 2 × 2 positions; an odd last row or column stays.

    x: shape (1, n_H, n_W, n_C).
    Returns shape (1, n_H / 2, n_W / 2, n_C), both rounded up.
    """
    ### BEGIN SOLUTION
    x = tf.nn.avg_pool2d(x, ksize=2, strides=2, padding="SAME")
    ### END SOLUTION
    return x


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
average_pool = checks.average_pool(average_pool)

# %%
x = np.array([[1, 3, 5], [3, 1, 7], [4, 6, 9]], np.float32).reshape(1, 3, 3, 1)

print(np.rint(average_pool(x)[0, :, :, 0]).astype(int))

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    layer_names = checks.reference("layer_names")
    read_layer = checks.reference("read_layer")
    conv_relu = checks.reference("conv_relu")
    average_pool = checks.reference("average_pool")

# %% [markdown]
# ## Experiment 1: is this the whole network?
#
# You have everything: the numbers of the file, and the rule. Now a photograph runs through your
# functions, layer after layer, in the order of the names. (Your `conv_relu` does two layers at
# once, so the names that begin with `relu` are passed over.)
#
# Is the result the same as that of the finished network? To compare two activations, we take how
# far they are from each other, relative to how large they are.

# %%
SHOWN = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
names = layer_names(layers)
weights = {name: read_layer(layers, name) for name in names if name.startswith("conv")}


def forward(image, weights, last="conv5_1"):
    """Run a picture through the network as far as a layer; returns the activations by name."""
    activations, x = {}, image
    for name in names[: names.index(last) + 1]:
        if name.startswith("conv"):
            kernel, bias = weights[name]
            x = conv_relu(x, kernel, bias)
        elif name.startswith("pool"):
            x = average_pool(x)
        activations[name] = x
    return activations


def difference(a, b):
    """Tell how far a is from b, relative to b."""
    return float(tf.norm(a - b) / tf.norm(b))


mine = forward(image, weights)
finished = model(image, layers=SHOWN)
for layer in SHOWN:
    same = difference(mine[layer], finished[layer]) < 0.001
    print(f"{layer}: {'equal, up to rounding' if same else 'NOT equal'}")

# %% [markdown]
# These few lines **are** VGG-19. The package does the same, no more.
#
# ## Experiment 2: a mistake that nobody sees
#
# Now a slip that stands in programs you can find on the internet: somebody believes that MATLAB
# keeps width before height, and swaps the first two axes of every kernel.
#
# **Predict first.** We let the photograph run through a network with this mistake, and look at the
# activations. What will we see?
#
# - **a**: the picture is clearly broken
# - **b**: it looks nearly the same, but the numbers are others
# - **c**: nothing changes at all, not even the numbers
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
swapped_weights = {
    name: (np.transpose(kernel, (1, 0, 2, 3)), bias) for name, (kernel, bias) in weights.items()
}
swapped = forward(image, swapped_weights)

show.show_activations(
    [mine["conv3_1"], swapped["conv3_1"]],
    ["conv3_1, right", "conv3_1, swapped"],
    alt="Two maps: the mean of all channels of conv3_1, computed rightly and with swapped kernels. "
    "Both show the same cat, with the same bright outlines of eyes and nose.",
    see="could you tell which of the two is wrong, if it did not stand below?",
)
show.show_bars(
    {layer: 100 * difference(swapped[layer], mine[layer]) for layer in SHOWN},
    unit="%",
    alt="Five bars: by how many percent the activations of the two networks differ. About a third "
    "in conv1_1, more in each layer up to conv4_1, a little less in conv5_1.",
    see="the numbers can. The distance grows up to conv4_1. There it is about as large as the "
    "activation itself.",
)
checks.compare(
    my_guess,
    "b",
    "edges are still edges, only upright ones have become level ones. A picture that looks good "
    "proves no program; comparing numbers does.",
)

# %% [markdown]
# Pictures painted with such a network look fine too. That is why the mistake could live so long,
# and why experiment 1 compares numbers.
#
# (And the bright frame around both maps? To a kernel, the zeros around the picture are an edge.)
#
# ## Experiment 3: a photograph on its way
#
# Now with the right kernels again. From the first layer of each block we take the four channels
# that differ most from place to place. Bright means: here is what this channel looks for.

# %%
show.show_layers(
    {layer: mine[layer] for layer in SHOWN},
    alt="Five rows of four maps for the photograph of a cat. conv1_1 shows fine edges, every hair, "
    "and once light and dark; conv2_1 and conv3_1 draw outlines and stripes; conv4_1 has scattered "
    "coarse spots; in conv5_1 three maps are bright at the two eyes alone, the fourth along the "
    "nose and in the background.",
    see="from row to row the maps get coarser. The first layers draw the whole cat. In conv5_1, "
    "three of the four channels have found the eyes, and hardly anything else.",
)

# %% [markdown]
# ## Experiment 4: how much does one number see?
#
# The pixels of the photograph on which one number of a layer depends are its **receptive field**.
# In `conv1_1` it is clear: 3 × 3 pixels.
#
# **Predict first.** And in `conv5_1`, twelve convolutions and four poolings later?
#
# - **a**: still 3 × 3, since each kernel has this size
# - **b**: about 30 × 30, since each convolution adds a pixel at each side
# - **c**: more than 100 × 100
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %% [markdown]
# We can count it. Let one step to the side in a layer be $s$ pixels of the photograph. At the
# beginning, $s = 1$.
#
# - A 3 × 3 convolution also looks at the neighbours: $s$ pixels more at each side.
# - A 2 × 2 pooling takes in one neighbour, at one side: $s$ pixels more. From then on, a step is
#   twice as wide: $s$ becomes $2s$.
#
# A calculation can go wrong. So we call a witness: the **gradient** of a number says how it
# changes when a pixel changes. Where it is not zero, the number sees the pixel. (A number that the
# ReLU has set to 0 does not stir at all, so we ask all the channels of a position together.) We
# look from the pupil of the cat.


# %%
def receptive_field(layer):
    """Count the pixels that a position sees: (step, pixels before, pixels after).

    Position r sees the rows from step · r - before to step · r + after; columns likewise.
    """
    step, before, after = 1, 0, 0
    for name in names[: names.index(layer) + 1]:
        if name.startswith("conv"):
            before, after = before + step, after + step
        elif name.startswith("pool"):
            after, step = after + step, 2 * step
    return step, before, after


def ask_the_gradient(layer, row, column):
    """Find the pixels on which a position of a layer depends: (top, left, height, width)."""
    pixels = tf.Variable(image)
    with tf.GradientTape() as tape:
        activation = model(pixels, layers=(layer,))[layer]
        answer = tf.reduce_sum(activation[0, row, column])  # of all the channels
    gradient = tape.gradient(answer, pixels)[0]
    rows, columns = np.nonzero(np.any(gradient != 0, axis=-1))
    return rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1


PUPIL = 81, 122  # row and column of the photograph
fields = {}
for layer in SHOWN:
    step, before, after = receptive_field(layer)
    row, column = PUPIL[0] // step, PUPIL[1] // step
    size = before + 1 + after
    fields[layer] = (step * row - before, step * column - before, size, size)
    agrees = ask_the_gradient(layer, row, column) == fields[layer]
    print(f"{layer}: {size} × {size} pixels. The gradient {'agrees' if agrees else 'DISAGREES'}.")

# %%
show.show_receptive_fields(
    photo,
    fields,
    alt="The photograph of the cat with five squares, one inside the other, around a pupil. "
    "The smallest is a dot, the next lies in the pupil, the third holds most of the pupil, the "
    "fourth the eye, and the largest half of the face.",
    see="conv1_1 sees a few pixels, conv3_1 the pupil, conv4_1 a whole eye, conv5_1 half a face.",
)
checks.compare(
    my_guess,
    "c",
    "each pooling doubles the step, so every convolution after it reaches twice as far.",
)

# %% [markdown]
# ## Experiment 5: what does a channel look for?
#
# A kernel deep in the network has far too many numbers to be looked at. But we can ask the other
# way round: which places in our photographs excite a channel most? We search six photographs, and
# cut out the receptive field of each of the best answers.

# %%
titles = ["astronaut.png", "chelsea.png", "china.jpg", "coffee.png", "flower.jpg", "rocket.jpg"]
pictures = [load_image(f"images/content/{title}", 448) for title in titles]
inputs = [reshape_and_normalize_image(picture) for picture in pictures]
activations = [forward(one, weights, last="conv4_1") for one in inputs]


def best_patches(layer, channel, count=6):
    """Cut out what excites a channel most: at most two places of each picture."""
    step, before, after = receptive_field(layer)
    size = before + 1 + after
    found = []
    for picture, activation in zip(pictures, activations, strict=True):
        answers = np.array(activation[layer][0, :, :, channel])
        tops, lefts = [step * np.arange(length) - before for length in answers.shape]
        # Only what is seen wholly: a patch must not reach beyond the picture.
        answers[(tops < 0) | (tops + size > picture.shape[0])] = -1
        answers[:, (lefts < 0) | (lefts + size > picture.shape[1])] = -1
        for _ in range(2):
            row, column = np.unravel_index(answers.argmax(), answers.shape)
            top, left = tops[row], lefts[column]
            found.append((answers[row, column], picture[top : top + size, left : left + size]))
            answers[np.ix_(abs(tops - top) < size, abs(lefts - left) < size)] = -1  # not here again
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [patch for _, patch in found[:count]]


# %%
chosen = [
    ("conv2_1", 7),
    ("conv2_1", 19),
    ("conv3_1", 28),
    ("conv3_1", 62),
    ("conv4_1", 18),
    ("conv4_1", 138),
]
show.show_patches(
    {f"{layer},\nchannel {channel}": best_patches(layer, channel) for layer, channel in chosen},
    alt="Six rows of six patches. First, orange pieces of a cup, a flower and a lamp. Second, a "
    "bright spot, then bright lines that fall to the right. Third, a pale upright bar: a strap, "
    "the sky between pillars, a rocket, last a slanting gleam. Fourth, something pale whose round "
    "edge is on the right. Fifth, rims of cups, a roof and an eyelid that fall to the right in a "
    "curve. Sixth, hair, leaves and fur.",
    see="find the common thing in each row, and give it a name. Colours and lines come first, then "
    "bars and round edges; in the last row it is tufts of hair, leaves and fur.",
)

# %% [markdown]
# Nobody asked for a detector of tufts. Our network had to tell two hundred kinds of things apart,
# and this is what it came up with.
#
# These six channels are chosen because their theme is easy to see. Many others mix several, or
# answer to something that we have no word for.
#
# **Try it.** Put other channels into `chosen`, and look for their theme. For a layer
# behind `conv4_1`, also change `last=` above, for instance to `"conv5_4"`.
#
# ## The real file
#
# Everything here ran on a small network, made for this course so that nobody has to wait: 24
# channels in the first block, 192 in the last. The published VGG-19 has 64 and 512. The layers'
# names, the shape of a kernel and the receptive fields are the same, and so are the cells of this
# notebook.
#
# `python -m nst_utils weights` says which networks you have. `python -m nst_utils weights download`
# fetches the real one (535 MB). Then set `NST_WEIGHTS=vgg19` in the environment, start Jupyter
# anew, and run this notebook again. Only the numbers of the channels mean something else there:
# channel 138 of `conv4_1` will look for another thing.
#
# ## Quiz
#
# **1.** A layer with 48 channels in and 96 channels out has 3 × 3 kernels. How many numbers had to
# be learned for it?
#
# <details><summary>Show the answer</summary>
#
# 41,568. Each of the 96 kernels has 3 · 3 · 48 = 432 weights; that makes 41,472, and then there
# are 96 biases. The size of the picture plays no part.
#
# </details>
#
# **2.** Somebody swaps height and width in every kernel. Which channels of `conv1_1` do not
# notice?
#
# <details><summary>Show the answer</summary>
#
# Those whose kernel is its own mirror image about the falling diagonal, such as a spot or an
# even colour. An upright edge becomes a level edge.
#
# </details>
#
# **3.** Two 3 × 3 convolutions follow one another, without a pooling. How far does the second one
# see? Why not take one larger kernel in place of the two?
#
# <details><summary>Show the answer</summary>
#
# 5 × 5 pixels, like one kernel of this size. But twice 9 weights are fewer than 25, and with a
# ReLU between them the two can tell apart more than one kernel can.
#
# </details>
#
# ## What comes next
#
# A layer's activation says what is in a picture, and where. In notebook 03 we compare two pictures
# by their activations: that is the content cost.
