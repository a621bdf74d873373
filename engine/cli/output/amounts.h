// Amounts for people, as a report tells them: "61.2 TB", "12,104,933", "2 h 41 min".
#pragma once

#include "engine/report/amounts.h"

namespace slipring::cli {

using report::bytes_text;
using report::count_text;
using report::seconds_text;

}  // namespace slipring::cli
