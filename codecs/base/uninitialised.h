// Release builds fill every local variable with zeros before its first use, so that a mistake shows
// no stranger's bytes. Where the variable is a codec's working memory, of which only what was
// written is ever read, that filling is work for nothing, for every block anew:
//   SLIPRING_UNINITIALISED Strip strip;
// is left as it is. Only for such memory, and only where a profile shows the filling.
#pragma once

#define SLIPRING_UNINITIALISED __attribute__((uninitialized))
