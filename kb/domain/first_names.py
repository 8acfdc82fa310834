"""First names that are common in Sweden, for the advice not to name people (L-02).

Names that are ordinary words at the beginning of a sentence ("Hans", "Per", "My", "Love") are here as well:
a name counts only together with a surname.
"""

from __future__ import annotations

_NAMES = """
Abdi Abdullah Adam Agnes Agneta Ahmad Ahmed Albert Albin Aleksander Alex Alexander Alexandra Alfred Ali
Alice Alicia Alma Alva Alvin Amanda Amina Amir Amira Anders Andrea Andreas Angelica Anita Anja Ann Anna
Anneli Annelie Annette Annica Annika Anton Antonia Arne Artur Arvid Asta Astrid August Axel Barbro
Beatrice Bengt Benjamin Berit Bernt Bertil Birger Birgit Birgitta Bo Boel Britt Britta Bror Börje
Camilla Carin Carina Carl Carl-Johan Carolina Caroline Cecilia Charlie Charlotta Charlotte Christer
Christian Christina Christine Christoffer Claes Clara Clas Conny Dag Dagmar Daniel Daniela David Denise
Dennis Diana Dilan Doris Douglas Ebba Edith Edvard Edvin Einar Elena Eleonora Eli Elias Elin Elina
Elisabet Elisabeth Elise Ella Ellen Ellinor Elliot Elsa Elsie Elvira Emanuel Emelie Emil Emilia Emilie
Emma Emmy Eric Erica Erik Erika Erling Ester Eva Evelina Evert Eyvind Fabian Fadi Fanny Farah Farid
Fatima Fatma Felicia Felix Filip Filippa Folke Frans Fredrik Fredrika Frida Fritz Gabriel Gabriella
Georg Gerd Gerda Gerhard Gert Gisela Greta Gudrun Gun Gunborg Gunilla Gunnar Gunnel Gustaf Gustav Göran
Gösta Hampus Hanna Hannah Hannes Hans Harald Harry Hasan Hassan Hedda Hedvig Helen Helena Helene Helge
Helmer Henning Henrietta Henrik Henry Herman Hilda Hilma Hjalmar Holger Hugo Hussein Ibrahim Ida Ines
Inga Ingalill Inge Ingegerd Ingela Inger Ingmar Ingrid Ingvar Irene Iris Irma Isabella Isabelle Isak
Ismail Ivan Ivar Jack Jacob Jakob Jamal Jan Jan-Erik Jan-Olof Jane Janne Jasmine Jennie Jennifer Jenny
Jens Jerker Jesper Jessica Jimmy Joakim Joel Johan Johanna Johannes John Johnny Jon Jonas Jonathan Jonna
Josef Josefin Josefine Julia Julian Julius Jörgen Kaj Kajsa Karin Karl Karl-Erik Karolina Katarina Katja
Kent Kerstin Kevin Khadija Khaled Kim Kjell Klara Klas Knut Kristian Kristin Kristina Kristoffer Kurt
Lars Lars-Erik Lars-Göran Lasse Laura Leif Lena Lennart Leo Leon Liam Lilian Lilly Lina Linda Linn
Linnea Linnéa Linus Lisa Lisbet Lisbeth Lise Liselott Liv Lotta Lotten Louise Love Lovisa Lucas Ludvig
Lukas Lydia Madeleine Maj Maja Majken Malin Malte Marcus Margareta Margaretha Margit Maria Mariam
Marianne Marie Marika Marina Markus Marta Martin Martina Maryam Matilda Mats Mattias Max Maximilian
Mehmet Melissa Melker Melvin Mia Michael Michaela Mikael Milla Milton Mimmi Mira Miriam Mirjam Moa
Mohamed Mohammad Mohammed Molly Mona Monica Monika Morgan Muhammad Mustafa My Märta Måns Nadia Natalie
Nathalie Nellie Nicklas Nicole Niklas Nils Nina Noah Noel Nora Nour Nova Ola Olav Olga Olivia Olle Olof
Olov Omar Oscar Oskar Osman Otto Ove Ovidiu Patricia Patrik Paul Paula Per Per-Erik Pernilla Peter Petra
Petter Philip Pia Pontus Pär Pål Rachel Ragnar Rahma Ralf Rebecca Rebecka Reza Richard Rickard Rikard
Rita Robert Robin Roger Roland Rolf Ronja Ronny Rosa Roy Rune Rut Ruth Saga Sahra Said Salma Samir
Samira Samuel Sandra Sanna Sara Sarah Sebastian Selma Signe Sigrid Sigvard Simon Siri Sixten Sofia Sofie
Solveig Sonja Sophia Staffan Stefan Stella Sten Stig Stina Sture Susanna Susanne Svante Svea Sven
Sven-Erik Sylvia Sölve Tage Tanja Teodor Teresa Thea Theo Theodor Therese Thomas Thor Thore Tilda Tilde
Tim Tina Tobias Tom Tomas Tommy Tony Tor Torbjörn Tord Tore Torsten Tova Tove Tuva Tyra Ulf Ulla
Ulla-Britt Ulrica Ulrik Ulrika Ursula Vera Veronica Veronika Victor Victoria Vidar Viggo Viktor Viktoria
Vilhelm Vilma Vincent Viola Viveka Vivianne Walter Wanda Wilhelm William Wilma Yasmin Yasmine Ylva Yngve
Yusuf Yvonne Zahra Zainab Zara Åke Åsa Åse Örjan Östen
"""

FIRST_NAMES = frozenset(_NAMES.split())
"""As they are written: with a capital, and with a hyphen in those that always have one."""
