// argv -> cli
int main() { return 2; }
