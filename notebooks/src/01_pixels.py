# %% [markdown]
# # 01 · Pixels and the network's contract
#
# *35 minutes in class, less than 1 of them computing.*
#
# **After this notebook you can**
#
# - read a photograph as an array: which axis is what, and what its numbers mean;
# - write `preprocess` and `deprocess`, the way into the network and the way back;
# - recognise a broken input by what becomes of the picture, though no error is ever raised.
#
# **Words you need.** A picture is a table of *pixels*. Python keeps it in an *array*: numbers along
# several *axes*. The lengths of the axes are its *shape*, the kind of its numbers is its *dtype*.
# A network is a chain of *layers*; the numbers that a layer answers with are its *activation*.
#
# ## Recap: answer before you open
#
# A screen mixes every colour from three lights. Each of them goes from 0 (off) to 255 (full).
# Which three are they? And which colour is (255, 255, 0)?
#
# <details><summary>Show the answer</summary>
#
# Red, green and blue, in this order: RGB. (255, 255, 0) is red and green light together, and that
# looks yellow.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads a network and a photograph.

# %%
from nst_utils import (
    CONTENT_LAYER,
    checks,
    class_budget,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    show,
)

import numpy as np

SIZE, STEPS = class_budget(size=200, iterations=60)
preprocess = checks.to_write("preprocess")  # yours will take its place
deprocess = checks.to_write("deprocess")

model = load_vgg_model()
photo = load_image("images/content/chelsea.png", 320)
MEAN = np.array([123.68, 116.779, 103.939], np.float32)  # red, green, blue

# %% [markdown]
# ## A picture is numbers
#
# The shape of a picture is (n_H, n_W, 3): how many rows, how many columns, and three colours. NumPy
# counts from 0, and **height comes before width**: `photo[row, column]` is one pixel.

# %%
print("shape:", photo.shape)
print("dtype:", photo.dtype)
print("the pixel in row 72, column 120:", photo[72, 120])

show.show_pixels(
    photo,
    (72, 116, 4, 5),
    alt="The photograph of a tabby cat. Four rows and five columns of pixels at the edge of a "
    "pupil are enlarged, each with its three numbers: grey-brown pixels near 120, 110, 95 on the "
    "left, almost black ones near 10, 10, 10 on the right, and blue ones in the upper right.",
    see="in the black of the pupil, no number is larger than 16. In the upper right, B is the "
    "largest of the three: there a window is mirrored in the eye.",
)

# %% [markdown]
# The dtype `uint8` has 8 bits, so it knows the whole numbers from 0 to 255. That is just what a
# screen needs. But what is 12 − 124 in `uint8`?

# %%
pixel = np.array([12, 250, 7], np.uint8)
about_the_mean = np.array([124, 117, 104], np.uint8)

print("in uint8:  ", pixel - about_the_mean)
print("in float32:", (pixel - MEAN).round().astype(int))

# %% [markdown]
# There is no number below 0 in `uint8`, so it **wraps round** like the hand of a clock: one step
# below 0 comes 255. Nobody warns you. Black turns bright, and you get a picture of nonsense.
#
# ## The idea
#
# A network learns from pictures that were prepared in one certain way. All its weights are made
# for such numbers. So there is a **contract**: bring me a picture in the form that I was trained
# on, and my answers mean something.
#
# | | a picture on the screen | the network's input |
# |---|---|---|
# | shape | (n_H, n_W, 3) | (1, n_H, n_W, 3): a **batch**, here of one picture |
# | dtype | uint8 | float32 |
# | colours | red, green, blue | red, green, blue |
# | numbers | 0 to 255 | 0 to 255 **minus the mean** (123.68, 116.779, 103.939) |
#
# **Why a batch?** In training, a network looks at many pictures at once. The first axis counts
# them.
#
# **Why the mean?** It is the mean colour of the million photographs that VGG-19 was trained on, a
# greyish brown. After the subtraction, 0 means "as usual", and the sign tells whether a place is
# brighter or darker than usual.
#
# **Why 0 to 255, and not 0 to 1?** For no deep reason. It was trained like this. Other networks
# have other contracts: some want 0 to 1, some −1 to 1, and some want blue, green, red.
#
# No line of code enforces the contract. A network takes any numbers, and always answers. You will
# see what comes of that.
#
# ## Exercise 1: `preprocess`
#
# Write the way in: from a picture to the network's input.
#
# **By hand.** The pixel (200, 100, 50) becomes
# (200 − 123.68, 100 − 116.779, 50 − 103.939) = (76.32, −16.779, −53.939).
#
# NumPy or TensorFlow: here both are fine.
#
# <details><summary>Hint 1: the mean</summary>
#
# `MEAN` holds three numbers. NumPy lines them up with the last axis of an array: red with red,
# green with green, blue with blue, in every pixel. You need no loop.
#
# </details>
#
# <details><summary>Hint 2: the batch axis</summary>
#
# `np.expand_dims(array, axis=...)` makes a new axis of length 1. `array[np.newaxis]` does the same
# at the front.
#
# </details>
#
# <details><summary>Hint 3: the dtype</summary>
#
# `array.astype(...)` makes a new array of another dtype. Which one does the contract name? Change
# it before you subtract. To be sure, print the dtype of what you return.
#
# </details>


# %%
def preprocess(image):
    """Turn a picture into the network's input.

    image: uint8, shape (n_H, n_W, 3), RGB, 0 to 255. Any height and width.
    Returns float32, shape (1, n_H, n_W, 3), RGB minus MEAN.
    """
    ### BEGIN SOLUTION
    x = image[np.newaxis].astype(np.float32)
    x = x - MEAN
    ### END SOLUTION
    return x


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
preprocess = checks.preprocess(preprocess)

# %% [markdown]
# ## Exercise 2: `deprocess`
#
# Write the way back: from the network's input to a picture that a screen can show. Undo your steps
# from last to first, and mind two things.
#
# - **Clip.** We are going to paint with the network. A painted pixel may go beyond black or white,
#   say to 260 or −5. No screen shows that: bring such a number back to 255 or 0.
# - **Round.** A painted pixel may be 99.6. Turned into `uint8`, a number simply loses what stands
#   behind the point. So round it first, to the nearest whole number: 100.
#
# <details><summary>Hint 1: the first and the last step</summary>
#
# In a batch of one, the picture has the number 0: `batch[0]`. And `astype` you know already.
#
# </details>
#
# <details><summary>Hint 2: the steps between</summary>
#
# `np.clip(array, lowest, highest)` brings back what lies outside. `np.rint(array)` rounds to the
# nearest whole number.
#
# </details>
#
# <details><summary>Hint 3: the order</summary>
#
# When do the numbers run from 0 to 255: before the mean comes back, or after? And once they are
# `uint8`, is there still something to clip?
#
# </details>


# %%
def deprocess(x):
    """Turn a network's input back into a picture.

    x: float32 array, shape (1, n_H, n_W, 3), RGB minus MEAN.
    Returns uint8, shape (n_H, n_W, 3), RGB: clipped to 0 to 255, and rounded.
    """
    ### BEGIN SOLUTION
    picture = np.clip(x[0] + MEAN, 0, 255)
    picture = np.rint(picture).astype(np.uint8)
    ### END SOLUTION
    return picture


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
deprocess = checks.deprocess(deprocess)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    preprocess = checks.reference("preprocess")
    deprocess = checks.reference("deprocess")

# %% [markdown]
# There and back: is it the same picture, in every one of its numbers?

# %%
x = np.asarray(preprocess(photo))  # an array, also if you have used TensorFlow
back = deprocess(x)

print("There and back:", "the same picture" if np.array_equal(back, photo) else "ANOTHER picture")

# %% [markdown]
# And when the numbers have been changed on the way, as painting does? Here we make the contrast
# twice as strong. Then we go back in three ways, two of which forget something.

# %%
strong = 2 * x
show.show_images(
    [
        deprocess(strong),
        np.rint(strong[0] + MEAN).astype(int).astype(np.uint8),
        np.rint(np.clip(strong[0], 0, 255)).astype(np.uint8),
    ],
    ["yours", "without the clip", "without the mean"],
    alt="Three pictures of the cat. The first has a strong contrast. The second has glaring "
    "patches of turquoise, violet and green at the pupils, the stripes and the bright background. "
    "The third is so dark that the cat can hardly be made out.",
    see="without the clip, what should be black or white wraps round. Without the mean, all that "
    "was darker than usual is lost.",
)

# %% [markdown]
# ## Experiment 1: three broken contracts
#
# These three slips are found in many programs. Each takes the right input and does one thing to it.

# %%
slips = {
    "right": lambda x: x,
    "BGR": lambda x: x[..., ::-1],  # blue, green, red: the order of Keras' VGG and of OpenCV
    "divided by 255": lambda x: x / 255,  # the scale of many other networks
    "no mean": lambda x: x + MEAN,  # never subtracted
}
inputs = {name: slip(x) for name, slip in slips.items()}

# %% [markdown]
# We show all four to the network and compare its answers in several layers. A layer's distance is
# how far its activation is from the right one, in percent of the size of the right one.
#
# **Predict first.** In the layer `conv4_2`, from which we take the content of a picture later on:
# which slip does the most harm?
#
# - **a**: BGR (blue, green, red), because every colour is wrong
# - **b**: divided by 255, although every number keeps its sign and its place
# - **c**: no mean, because every number is about 115 too large
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
LAYERS = ["conv1_1", "conv2_1", "conv3_1", "conv4_2", "conv5_1"]
activations = {name: model(x, layers=LAYERS) for name, x in inputs.items()}


def distance(name, layer):
    """Tell how far a layer's answer is from the right one, in percent."""
    right, wrong = (np.array(activations[which][layer]) for which in ("right", name))
    return 100 * float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


distances = {
    name: {layer: distance(name, layer) for layer in LAYERS} for name in slips if name != "right"
}
show.show_lines(
    distances,
    label="distance from the right activation, in %",
    alt="Three lines over five layers, from conv1_1 to conv5_1. No mean begins highest, near 70 "
    "percent, and falls to 50. BGR begins at 30 and rises to 60. Divided by 255 "
    "begins at 40 and rises to almost 100 percent.",
    see="for the cat, no mean is the worst in conv1_1. In conv4_2 it is the least of the three.",
)
far_to_near = sorted(distances, key=lambda name: distances[name]["conv4_2"], reverse=True)
print("In conv4_2, from far to near:", "; ".join(far_to_near))
checks.compare(
    my_guess,
    "b",
    "a picture within ±1 has no contrast left, and deep layers live on contrast. Without the mean, "
    "every pixel is moved by the same amount: what lies between neighbours stays.",
)

# %% [markdown]
# **Through the network's eyes.** The network believes in its contract. So what it sees is what
# `deprocess` makes of its input. That is how you find such a slip: turn the input back, and look.

# %%
show.show_images(
    [deprocess(x) for x in inputs.values()],
    list(inputs),
    columns=4,
    alt="Four pictures, the inputs turned back. Right: the cat. BGR: a blue cat. "
    "Divided by 255: an even greyish brown, without any cat. No mean: the cat far too bright, and "
    "in part quite white.",
    see="divided by 255, the cat is a grey card: every pixel lies within one level of the mean. "
    "Without the mean it is too bright, but its outlines are there.",
)
show.show_activations(
    [activations[name]["conv3_1"][:, 2:-2, 2:-2] for name in inputs],  # the edge is left out
    [f"conv3_1, {name}" for name in inputs],
    alt="Four maps, the mean of all channels of conv3_1. Right: bright outlines of eyes, nose and "
    "stripes. BGR: much the same. Divided by 255: one even colour. No mean: the same "
    "outlines on a brighter ground.",
    see="the layer answers to outlines. The blue cat has them, and so has the bright one. The grey "
    "card has none.",
)

# %% [markdown]
# Is it only this cat? No: with the five other photographs of this course, the order in `conv4_2`
# is the same. In `conv1_1`, it changes from photograph to photograph.
#
# **Try it.** Put `images/content/china.jpg` or `images/content/coffee.png` into the set-up cell,
# and run the cells from there. The lines under the pictures go on speaking of the cat.
#
# ## Experiment 2: what becomes of the picture?
#
# Now we paint as in notebook 00: the cat, in the style of waves. The photograph and the style go
# through the same slip. Everything else is right, and the result goes through your `deprocess`.

# %%
small_photo = load_image("images/content/chelsea.png", SIZE)
waves = load_image("images/style/waves.jpg", SIZE)


def paint(slip):
    """Paint a small picture, with an input that a slip has spoilt."""
    content = slip(np.asarray(preprocess(small_photo)))
    style = slip(np.asarray(preprocess(waves)))
    start = generate_noise_image(content, seed=0)
    a_C, a_S = model(content)[CONTENT_LAYER], model(style)
    return deprocess(model_nn(model, start, a_C, a_S, num_iterations=STEPS))


painted = [paint(slip) for slip in slips.values()]

# %%
show.show_images(
    [small_photo, waves],
    ["content", "style"],
    alt="The face of a tabby cat, and a picture of blue and white waves.",
    see="this is what goes in, each time.",
)
show.show_images(
    painted,
    [f"painted: {name}" for name in slips],
    columns=2,
    alt="Four pictures. Painted with the right input: the cat in blue and white waves. BGR: the "
    "waves are brown and orange. Divided by 255: an even greyish brown. No mean: pale, and "
    "bleached to white.",
    see="only the first of the four paintings has the colours of the waves. Not one of them came "
    "with an error, or a warning.",
)

# %% [markdown]
# Remember these three: **wrong colours** (order), **grey card** (scale), **bleached** (mean). When
# a picture of yours looks like one of them, look at its input first.
#
# In the other lessons, `reshape_and_normalize_image` and `denormalize_image` do this work. They are
# your two functions, under the names of the original course. They also look at what they are given:
# a picture that is scaled to 0–1, for instance, is refused.
#
# ## Quiz
#
# **1.** Which pixel becomes (0, 0, 0) in the network's input? And what does a negative number mean
# there?
#
# <details><summary>Show the answer</summary>
#
# The mean colour, a greyish brown of about (124, 117, 104). A negative number is a colour with
# less of this light than usual. Black is (−123.68, −116.779, −103.939).
#
# </details>
#
# **2.** Somebody turns RGB into BGR on the way in, and back on the way out. The painted picture has
# the right colours. Is all well?
#
# <details><summary>Show the answer</summary>
#
# No. The network still saw a blue cat, and its activations are far from the right ones. The picture
# is painted after the wrong answers, and nobody notices. Comparing numbers finds it, a look at
# the result does not.
#
# </details>
#
# **3.** The dark corners of a painted picture are full of bright specks. Which step of `deprocess`
# is missing?
#
# <details><summary>Show the answer</summary>
#
# The clip. A pixel that was painted a little beyond black, say to −5, wraps round to 251.
#
# </details>
#
# ## What comes next
#
# The picture is in the network. In notebook 02 we open the network, and see what its layers make
# of it.
