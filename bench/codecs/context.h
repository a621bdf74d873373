// What a result file must say of where it came from.
#pragma once

namespace slipring::bench {

// Adds compiler, commit (the environment's SLIPRING_COMMIT) and kernel target to the context.
void add_context();

}  // namespace slipring::bench
