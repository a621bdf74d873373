// Result: a value or an Error. TRY and TRY_ASSIGN hand an error to the caller.
#pragma once

#include <expected>
#include <utility>

#include "codecs/base/error.h"

namespace slipring {

template <class T = void>
using Result = std::expected<T, Error>;

// fail(ErrorCode::Truncated, offset, "text"): what a function returns when it cannot go on.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::uint64_t offset,
                                                 std::string_view what, std::uint64_t expected = 0,
                                                 std::uint64_t actual = 0) {
  return std::unexpected(Error{code, offset, what, expected, actual});
}

}  // namespace slipring

#define SLIPRING_JOIN_(a, b) a##b
#define SLIPRING_JOIN(a, b) SLIPRING_JOIN_(a, b)

#define TRY(expression)                                                                          \
  do {                                                                                           \
    if (auto try_result = (expression); !try_result) return std::unexpected(try_result.error()); \
  } while (false)

#define TRY_ASSIGN(declaration, expression)                               \
  auto SLIPRING_JOIN(try_result_, __LINE__) = (expression);               \
  if (!SLIPRING_JOIN(try_result_, __LINE__))                              \
    return std::unexpected(SLIPRING_JOIN(try_result_, __LINE__).error()); \
  declaration = std::move(*SLIPRING_JOIN(try_result_, __LINE__))
