"""Figures of the office (指标): each with its formula, its target and the cases behind it, counted from the trail."""
