// What a result must say of where it came from, beside what bench/keep_result.py adds.
#pragma once

namespace slipring::bench {

// Adds the compiler and the instruction set that the kernels run on to the context.
void add_context();

}  // namespace slipring::bench
