#include "codecs/kernels/wavelet/irreversible.h"

#include <gtest/gtest.h>
