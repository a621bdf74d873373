#include <algorithm>
#include <string_view>

#include "engine/validate/kernels/number_list.h"

namespace slipring::validate::kernels {

namespace {

bool is_plain(std::string_view value, NumberForm form) {
  const PlainLimits limits = plain_limits(form);
  if (value.size() > limits.bytes_max) return false;
  while (value.ends_with(' ')) value.remove_suffix(1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  if (value.empty()) return true;
  if (value.front() == '+' || value.front() == '-') value.remove_prefix(1);
  std::size_t digits = 0;
  std::size_t points = 0;
  for (const char c : value) {
    if (c == '.' && limits.point)
      ++points;
    else if (c >= '0' && c <= '9')
      ++digits;
    else
      return false;
  }
  return points <= 1 && digits >= 1 && digits <= limits.digits_max;
}

}  // namespace

std::size_t plain_numbers_scalar(Bytes bytes, std::size_t length, NumberForm form) {
  const std::string_view list = as_text(bytes.first(length));
  for (std::size_t start = 0;;) {
    const std::size_t end = std::min(list.find('\\', start), length);
    if (!is_plain(list.substr(start, end - start), form)) return start;
    if (end == length) return length;
    start = end + 1;
  }
}

}  // namespace slipring::validate::kernels
