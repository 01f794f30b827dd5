"""Curvature, Hessian products, the limit map, smoothing and the frame of the bounce."""
