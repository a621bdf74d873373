// Fault guard: what keeps a shrinking file from killing the process. Reading a mapped page that the
// file no longer has (truncation), or that the disk cannot give (EIO), raises SIGBUS. One handler
// for the process knows the guarded address ranges; for a fault inside one it puts zero pages from
// there to the range's end, remembers where, and lets the read go on: the map's owner asks
// afterwards. A fault outside every range gets the action that was there before, by default the end
// of the process.
//
// Threads that touch guarded ranges must not block SIGBUS: the kernel kills a process for a fault
// whose signal is blocked. A system call given a bad page (write from a map) fails with EFAULT
// instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace slipring::map {

// Maps open at one time, in the whole process.
inline constexpr int kGuardedRangesMax = 4096;

// The index of the range's guard, or -1 when all kGuardedRangesMax are taken. `begin` is page
// aligned.
[[nodiscard]] int guard_range(const void* begin, std::size_t length_bytes);

// Before the range is unmapped.
void release_guard(int guard);

// Bytes from the range's start to the first page that could not be read; nullopt: every read was
// good.
[[nodiscard]] std::optional<std::uint64_t> first_fault(int guard);

}  // namespace slipring::map
