#include <gtest/gtest.h>

#include "codecs/kernels/wavelet/irreversible.h"
