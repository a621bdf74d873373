// EXPECTS: a precondition that only our own defect can break. Never used on input from outside.
#pragma once

#include <cstdio>
#include <cstdlib>

#define EXPECTS(condition)                                                                  \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "%s:%d: broken contract: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
