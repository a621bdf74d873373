// argv -> cli
#include "engine/cli/cli.h"

int main(int argc, char** argv) { return slipring::cli::run(argc, argv); }
