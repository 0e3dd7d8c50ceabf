import numpy as np

input()
print(np.array(input().split(), dtype=np.int64).sum())
